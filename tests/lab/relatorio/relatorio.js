// ───── A página ─────

/** Uma execução: os vereditos, o diagrama com a história ao lado, o que se viu, os saldos e a lista dos eventos. */
class Secao {
  constructor(s, numero) {
    this.numero = numero;
    this.titulo = texto(s.titulo);
    this.historia = lista(s.historia);
    this.modelo = new Leitura(Array.isArray(s.rastro) ? s.rastro : []);
    this.divergencias = Array.isArray(s.divergencias) ? s.divergencias : [];
    this.lado = el('div', { class: 'painel', 'aria-live': 'polite', hidden: true });
    this.escolha = el('select', { class: 'operacao' });
    this.conta = el('p', { class: 'suave contagem', role: 'status' });
    this.diagrama = new Diagrama(this.modelo, this.divergencias.find(d => d.id !== null) || null, op =>
      this.escolheu(op),
    );
    this.passos = new Passos(this.modelo, this.diagrama, passo => this.andou(passo));
    this.eventos = listaDeEventos(this.modelo, this.diagrama);
    this.listar();
    this.pronta = this.montar();
    this.pronta.querySelector('.lado-a-lado').addEventListener('keydown', ev => this.tecla(ev));
    this.diagrama.abrir();
  }

  // O que acontece

  escolheu(op) {
    this.lado.hidden = !op;
    const largar = () => this.diagrama.escolher(null);
    const causas = op ? this.divergencias.filter(d => d.id === op.id) : [];
    this.lado.replaceChildren(...(op ? painel(this.modelo, op, causas, largar) : []));
    this.escolha.value = op && [...this.escolha.options].some(o => o.value === op.id) ? op.id : '';
    if (op) {
      this.lado.parentElement.scrollTop = this.lado.offsetTop;
    }
  }

  /** Acende a nota em que se vai. */
  andou(passo) {
    const ate = this.passos.ultimaNota(passo);
    this.notas.forEach((li, i) => {
      li.classList.toggle('agora', i === ate);
    });
    if (passo !== null && passo.nota !== undefined) {
      const caixa = this.notas[ate].closest('.conta');
      caixa.scrollTop = this.notas[ate].offsetTop - caixa.clientHeight / 2;
    }
  }

  tecla(ev) {
    if (ev.ctrlKey || ev.altKey || ev.metaKey || ev.target.closest('input, select')) {
      return;
    }
    const passo = { __proto__: null, ArrowRight: 1, ArrowLeft: -1, PageDown: 1, PageUp: -1 }[ev.key];
    const noDiagrama = ev.target === this.diagrama.canvas;
    const acao =
      passo && !ev.shiftKey
        ? () => this.passos.andar(passo)
        : passo && noDiagrama
          ? () => this.diagrama.mover(passo * 0.15)
          : ev.key === 'Escape'
            ? () => this.desfazer()
            : noDiagrama && this.diagrama.acaoDaTecla(ev.key.length === 1 ? ev.key.toLowerCase() : ev.key);
    if (acao) {
      ev.preventDefault();
      acao();
    }
  }

  desfazer() {
    this.diagrama.escolher(null);
    this.passos.ir(null);
  }

  filtrar(filtro) {
    this.diagrama.filtro = filtro.trim().toLowerCase();
    this.passos.ir(null);
    this.listar();
  }

  listar() {
    const ops = this.diagrama.operacoes();
    this.escolha.replaceChildren(
      el('option', { value: '' }, `— ${ops.length} operações —`),
      ...ops.slice(0, 500).map(op => opcao(op.id, curto(`${ms(op.t)}  ${op.nome}`, 60))),
    );
    this.escolha.value = this.diagrama.escolhida || '';
    this.conta.textContent = `${this.diagrama.visiveis().length} de ${this.modelo.mensagens.length} mensagens`;
    this.eventos.refazer();
    this.diagrama.pedirQuadro();
  }

  // O que se vê

  montar() {
    const { modelo: m, numero } = this;
    const latencia = graficoDeLatencia(m);
    return el(
      'section',
      { class: 'secao', id: 'secao-' + numero, 'aria-labelledby': 'titulo-' + numero },
      el(
        'div',
        { class: 'cabeca' },
        el('h2', { id: 'titulo-' + numero }, this.titulo),
        el('p', { class: 'suave' }, dadosDe(m)),
      ),
      selos(m.vereditos),
      el(
        'div',
        { class: 'cartao' },
        el('h3', { class: 'so-leitor' }, 'Espaço-tempo'),
        this.barra(),
        el(
          'div',
          { class: 'lado-a-lado' },
          el('div', {}, this.diagrama.caixa, legendaDoDiagrama(m), this.conta),
          this.montarLado(),
        ),
      ),
      porques(m.vereditos),
      el(
        'div',
        { class: 'duas' },
        el('div', { class: 'cartao' }, el('h3', {}, 'Saldos'), graficoDeSaldos(m, this.divergencias)),
        latencia ? el('div', { class: 'cartao' }, el('h3', {}, 'Latência'), latencia) : null,
      ),
      latencia ? null : el('p', { class: 'suave' }, semLatencia(m)),
      this.eventos,
    );
  }

  barra() {
    const { diagrama } = this;
    this.escolha.addEventListener('change', () => diagrama.escolher(this.escolha.value || null, true));
    const filtro = el('input', {
      type: 'search',
      class: 'filtro',
      placeholder: 'filtrar pelo id_msg',
      'aria-label': 'filtrar pelo id_msg',
      autocomplete: 'off',
      oninput: () => this.filtrar(filtro.value),
    });
    const controle = caixaDeMarcar('controle', false, sim => {
      const tudo = diagrama.ajustada;
      diagrama.controle = sim;
      if (tudo) {
        diagrama.ajustar(); // o arranque dos processos também passa a ver-se
      }
      this.listar();
    });
    const esperas = caixaDeMarcar('esperas', true, sim => diagrama.comprimir(sim));
    return el(
      'div',
      { class: 'barra', role: 'toolbar', 'aria-label': 'Diagrama' },
      el(
        'span',
        { class: 'grupo' },
        botao('−', 'afastar', () => diagrama.aproximar(1 / 1.5)),
        botao('+', 'aproximar', () => diagrama.aproximar(1.5)),
        botao('ajustar', 'ajustar: mostrar tudo', () => diagrama.ajustar()),
      ),
      el(
        'span',
        { class: 'grupo' },
        botao('‹', 'operação anterior', () => diagrama.escolherVizinha(-1)),
        botao('›', 'operação seguinte', () => diagrama.escolherVizinha(1)),
        el('label', {}, el('span', { class: 'so-leitor' }, 'operação'), this.escolha),
      ),
      filtro,
      el(
        'label',
        { class: 'campo' },
        controle,
        ` mensagens de rotina (${this.modelo.mensagens.filter(msg => msg.ruido).length})`,
      ),
      el('label', { class: 'campo' }, esperas, ' comprimir esperas'),
    );
  }

  montarLado() {
    const notas = this.modelo.notas.map((n, i) => this.nota(n, i));
    this.notas = notas;
    return el(
      'div',
      { class: 'lado' },
      this.passos.caixa,
      el(
        'div',
        { class: 'conta', tabindex: 0, role: 'region', 'aria-label': 'A história: ' + this.titulo },
        this.lado,
        this.alerta(),
        this.historia.length > 0
          ? el(
              'div',
              { class: 'historia' },
              this.historia.map(p => el('p', {}, p)),
            )
          : null,
        notas.length > 0 ? el('ol', { class: 'notas', 'aria-label': 'O que aconteceu' }, notas) : null,
        el(
          'p',
          { class: 'suave ajuda' },
          'Clique numa seta ou num ponto para ver a viagem inteira de uma operação e os saldos dela.',
        ),
        el(
          'p',
          { class: 'suave ajuda' },
          'No diagrama: ← → dão um passo, + − aproximam, 0 mostra tudo, N e P passam de operação em ' +
            'operação, Esc desfaz; arraste para mover.',
        ),
      ),
    );
  }

  nota(n, i) {
    const mostrar = () => this.passos.ir(this.passos.todos.find(p => p.nota === i));
    return el(
      'li',
      {},
      el(
        'button',
        { type: 'button', 'aria-label': `nota ${i + 1}: mostrar no diagrama`, onclick: mostrar },
        String(i + 1),
      ),
      el('span', {}, n.texto, ' ', el('small', {}, ms(n.t))),
    );
  }

  alerta() {
    const { divergencias } = this;
    const causa = divergencias.find(d => d.id !== null);
    const ver = () => this.diagrama.verOperacao(causa.id);
    return divergencias.length === 0
      ? null
      : el(
          'p',
          { class: 'alerta divergencia' },
          divergencias.slice(0, 2).map(fraseDaDivergencia).join(' '),
          divergencias.length > 2 ? ` E mais ${divergencias.length - 2} contas. ` : ' ',
          causa ? el('button', { type: 'button', onclick: ver }, 'ver a operação') : null,
        );
  }
}

function fraseDaDivergencia(d) {
  const finais = Object.entries(d.finais).map(([r, v]) => `${r} termina com ${dinheiro(Number(v))}`);
  return `A conta ${d.conta} diverge${d.id === null ? '' : ` a partir de ${ms(d.t)}`}: ${finais.join(', ')}.`;
}

function dadosDe(m) {
  return [
    m.parte ? `parte ${texto(m.parte)}` : '',
    texto(m.semente) ? `semente ${texto(m.semente)}` : '',
    `${m.operacoes.size} operações`,
    `${m.eventos.length} eventos`,
    ms(m.fim),
  ]
    .filter(Boolean)
    .join(' · ');
}

function semLatencia(m) {
  return m.parte === 1
    ? 'No multicast o cliente só envia, e ninguém lhe responde: não há latência para mostrar.'
    : 'Nenhum cliente esperou por uma resposta: não há latência para mostrar.';
}

function caixaDeMarcar(classe, marcada, aoMudar) {
  const caixa = el('input', { type: 'checkbox', class: classe, onchange: () => aoMudar(caixa.checked) });
  caixa.checked = marcada;
  return caixa;
}

function abrirPagina(dados) {
  intitular(dados.titulo);
  const conteudo = document.getElementById('conteudo');
  conteudo.append(...dados.tabelas.map(tabela));
  const secoes = dados.secoes.map((s, i) => new Secao(s, i));
  conteudo.append(...secoes.map(s => s.pronta));
  if (secoes.length > 1) {
    const indice = document.getElementById('indice');
    indice.append(...secoes.map(s => el('a', { href: '#secao-' + s.numero }, s.titulo)));
  }
  aoMudarDeCores(() => {
    secoes.forEach(s => s.diagrama.medir());
    Grafico.refazerTodos();
  });
  window.relatorio = { secoes }; // para quem quiser olhar por dentro, no console
}

abrirPagina(JSON.parse(document.getElementById('dados').textContent));
