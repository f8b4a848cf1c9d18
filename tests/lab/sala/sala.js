// ───── A sala ─────

const PARTES = { 1: 'multicast', 2: 'fila', 3: 'sequenciador', 4: 'primário e backup' };
const RECADO_MS = 9000;
const SEM_NADA = { processos: [], agora: 0 };

class Sala {
  constructor() {
    this.estado = null;
    this.menu = new Menu();
    this.recado = document.getElementById('recado');
    this.rumo = document.getElementById('rumo');
    this.diagrama = new DiagramaVivo(
      op => this.escolhida.mudar(this.diagrama.m, op),
      () => this.alinhar(),
    );
    this.diagrama.atrasoDe = (de, para) => this.atrasoDe(de, para);
    this.escolhida = new Escolhida(() => this.diagrama.escolher(null));
    this.aspecto = new Aspecto(() => this.diagrama.medir());
    this.montarTopo();
    this.montarPalco();
    this.partes = [
      new Pergunta(this),
      new Clientes(this),
      new SaldosLadoALado(this, (nome, conta) => this.diagrama.m.saldos.get(nome + '\n' + conta)),
      new Garantias(),
      new CenaAberta(this, document.getElementById('cena')),
      new Gravada(this),
    ];
    document.getElementById('lado').append(...this.partes.slice(0, 3).map(p => p.e), this.escolhida.e);
    this.tres.after(this.partes[3].e);
    document.getElementById('em-baixo').append(this.partes[5].e, (this.eventos = el('div', { class: 'cartao' })));
    this.refazerLista();
    aoMudarDeCores(() => this.diagrama.medir());
    addEventListener('resize', () => this.diagrama.medir());
    document.addEventListener('keydown', ev => this.tecla(ev));
    this.fala = new Fala(this);
    this.fala.comecar();
    this.bater();
  }

  // O que chega

  comecou() {
    this.diagrama.recomecar();
    this.diagrama.escolher(null);
    this.processos = '';
    this.refazerLista();
  }

  chegaram(eventos) {
    this.diagrama.chegaram(eventos);
    this.refazerLista();
    if (this.diagrama.escolhida !== null) {
      this.escolhida.mudar(this.diagrama.m, this.diagrama.m.operacoes.get(this.diagrama.escolhida));
    }
  }

  mudou(novo) {
    const estado = novo.processos ? novo : { ...(this.estado || SEM_NADA), ...novo }; // enquanto troca, vê-se o de antes
    this.estado = estado;
    this.diagrama.acertar(estado.agora || 0, this.fala.recebido, estado.pausada);
    const nomes = estado.processos.map(p => texto(p.nome));
    nomes.forEach(n => this.diagrama.m.faixaDe(n));
    this.mudarPalco(estado);
    this.mudarTopo(estado);
    this.partes.forEach(p => p.mudar(estado));
    if (nomes.join('\n') !== this.processos) {
      this.processos = nomes.join('\n');
      this.diagrama.medir();
    }
    this.diagrama.vivoAte = performance.now() + 400;
    dizer(this.rumo, rumoDe(estado, this.age()));
  }

  ligou(sim) {
    document.body.classList.toggle('desligada', !sim);
    this.ligada.hidden = sim;
  }

  /** @param frase o que não se pôde fazer, e porquê; null apaga a de antes */
  avisar(frase) {
    clearTimeout(this.apagar);
    this.recado.hidden = frase === null;
    dizer(this.recado, frase === null ? '' : texto(frase));
    this.apagar = setTimeout(() => {
      this.recado.hidden = true;
    }, RECADO_MS);
  }

  // O que se pode

  age() {
    return this.fala.age;
  }

  /** Por que agora não se pode nada; null se se pode. */
  porqueNao() {
    const ocupada = this.estado && this.estado.ocupada;
    return !this.age() ? SO_QUEM_AGE : ocupada ? texto(ocupada) : null;
  }

  podem(acoes) {
    const porque = this.porqueNao();
    return porque === null ? acoes : acoes.map(a => ({ ...a, porque }));
  }

  agir(acao, corpo) {
    const porque = this.porqueNao();
    if (porque !== null) {
      this.avisar(porque);
      return Promise.resolve(false);
    }
    return this.fala.agir(acao, corpo);
  }

  // O alto

  montarTopo() {
    this.quais = Object.entries(PARTES).map(([n, nome]) =>
      el(
        'button',
        {
          type: 'button',
          'data-parte': n,
          title: `começar a parte ${n}`,
          onclick: () => this.agir('parte', { parte: Number(n) }),
        },
        `${n} ${nome}`,
      ),
    );
    const virar = (nome, rotulo, acao) =>
      el('button', { type: 'button', title: rotulo, onclick: acao, 'aria-pressed': 'false' }, nome);
    this.passo = virar('passo a passo', 'tudo espera; cada clique entrega uma (tecla B)', () =>
      this.agir('modo', { modo: this.estado.modo === 'passo' ? 'livre' : 'passo' }),
    );
    this.pausa = virar('pausa', 'pausa: nada anda, nada se perde (tecla K)', () =>
      this.agir('pausa', { pausada: !this.estado.pausada }),
    );
    this.proxima = botao('entregar a próxima ▸', 'entregar a próxima (tecla G)', () => this.entregarAProxima());
    this.desfazer = botao('desfazer', 'desfazer: refaz tudo menos o último passo (tecla U)', () => this.agir('desfazer'));
    this.assistem = el('span', { class: 'suave' });
    this.ligada = el('span', { class: 'selo duvida', role: 'status', hidden: true }, 'a religar…');
    this.ve = el('span', { class: 'selo esperado', hidden: true }, 'a assistir');
    const ajuda = botao('?', 'como se usa', () => this.menu.abrir(ajuda, 'Como se usa', [], [comoSeUsa()]));
    const cenas = new CenasProntas(this);
    this.deQuemAge = [
      el('span', { class: 'partes', role: 'group', 'aria-label': 'Parte' }, this.quais),
      cenas.e,
      el('span', { class: 'grupo' }, this.passo, this.proxima, this.pausa, this.desfazer),
    ];
    document
      .getElementById('topo')
      .append(
        ...this.deQuemAge,
        el(
          'span',
          { class: 'grupo ao-fundo' },
          this.ligada,
          this.ve,
          this.assistem,
          this.aspecto.tela,
          this.aspecto.tema,
          ajuda,
        ),
      );
  }

  mudarTopo(estado) {
    this.quais.forEach(b => atribuir(b, 'aria-pressed', String(b.dataset.parte === String(estado.parte))));
    this.deQuemAge.forEach(e => {
      e.hidden = !this.age();
    });
    this.ve.hidden = this.age();
    atribuir(this.passo, 'aria-pressed', String(estado.modo === 'passo'));
    atribuir(this.pausa, 'aria-pressed', String(estado.pausada === true));
    this.proxima.hidden = estado.modo !== 'passo';
    this.proxima.disabled = (estado.seguras || []).length === 0;
    this.desfazer.disabled = lista(estado.gravado).length === 0;
    dizer(this.assistem, estado.assistem > 1 ? `${estado.assistem} a ver` : '');
    document.title = `${texto(estado.titulo)} · Sala`;
    document.body.classList.toggle('pausada', estado.pausada === true);
    document.body.classList.toggle('ocupada', Boolean(estado.ocupada));
  }

  entregarAProxima() {
    const [primeira] = this.estado.seguras || [];
    if (primeira) {
      this.agir('entregar', { n: primeira.n, copia: primeira.copia });
    }
  }

  tecla(ev) {
    const escreve = ev.target.closest('input:not([type=radio]):not([type=range]), select, textarea, dialog');
    if (escreve || ev.ctrlKey || ev.altKey || ev.metaKey || ev.defaultPrevented || !this.estado) {
      return;
    }
    const noDiagrama = ev.target === this.diagrama.canvas;
    const botao = { __proto__: null, g: this.proxima, k: this.pausa, b: this.passo, u: this.desfazer }[
      ev.key.toLowerCase()
    ];
    const acao =
      ev.key === 'Escape'
        ? () => this.diagrama.escolher(null)
        : (noDiagrama && this.diagrama.acaoDaTecla(ev.key.length === 1 ? ev.key.toLowerCase() : ev.key)) ||
          (botao && !botao.hidden && !botao.disabled ? () => botao.click() : null);
    if (acao) {
      ev.preventDefault();
      acao();
    }
  }

  // O palco: as faixas, e o que espera à porta de cada uma

  montarPalco() {
    this.lugarDasCabecas = el('div', { class: 'cabecas' });
    this.lugarDasFilas = el('div', { class: 'filas' });
    this.cabecas = new Filhos(this.lugarDasCabecas, () => new Cabeca(this));
    this.filas = new Filhos(this.lugarDasFilas, () => new Fila(this));
    this.aoAgora = botao('▸ agora', 'voltar ao agora', () => this.diagrama.ajustar());
    this.tres = el('div', { class: 'tres' }, this.lugarDasCabecas, this.diagrama.caixa, this.lugarDasFilas);
    const aproximar = fator => () => this.diagrama.aproximar(fator);
    document
      .getElementById('palco')
      .append(
        el('h2', { class: 'so-leitor' }, 'Os processos e a rede'),
        this.tres,
        el(
          'div',
          { class: 'pe-do-palco' },
          el(
            'span',
            { class: 'grupo' },
            botao('−', 'afastar', aproximar(1 / 1.5)),
            botao('+', 'aproximar', aproximar(1.5)),
            this.aoAgora,
          ),
          legendaDaSala(),
        ),
      );
  }

  mudarPalco(estado) {
    const { m } = this.diagrama;
    const ordem = [...estado.processos].sort((a, b) => m.faixaDe(a.nome) - m.faixaDe(b.nome));
    this.cabecas.por(ordem, p => p.nome);
    const seguras = estado.seguras || [];
    const sentidos = [...new Map((estado.sentidos || []).map(s => [s.nome, s])).values()];
    const portas = nome =>
      sentidos.filter(s => s.para === nome).map(s => ({ s, seguras: seguras.filter(x => x.enlace === s.nome) }));
    this.filas.por(
      ordem.map(p => ({ nome: texto(p.nome), portas: portas(p.nome) })),
      f => f.nome,
    );
  }

  /** As cabeças e as filas, à altura das faixas do diagrama. */
  alinhar() {
    if (this.tres) {
      this.tres.style.setProperty('--alto', this.diagrama.alto + 'px');
      this.tres.style.setProperty('--passo', this.diagrama.passoDaFaixa + 'px');
    }
  }

  atrasoDe(de, para) {
    const s = this.estado && (this.estado.sentidos || []).find(x => x.nome === `${de}>${para}`);
    return s && s.atraso ? s.atraso[1] : 0;
  }

  corDe(id) {
    const op = id === null || id === undefined ? null : this.diagrama.m.operacoes.get(texto(id));
    return op && op.cor >= 0 ? `var(--cor-${(op.cor % 6) + 1})` : 'var(--suave)';
  }

  /** O que anda sem que nada chegue: as setas a caminho e os prazos. */
  bater() {
    this.diagrama.bater();
    this.aoAgora.hidden = this.diagrama.seguir;
    const limites = (this.estado && this.estado.limites) || [];
    const agora = this.diagrama.agora();
    for (const [nome, cabeca] of this.cabecas.todos) {
      const meus = limites.filter(l => l.processo === nome && Number.isFinite(l.dura) && l.dura > 0);
      cabeca.prazo(meus[0] || null, agora);
    }
    requestAnimationFrame(() => this.bater());
  }

  /** A mesma coisa, em texto; a lista só se enche se a abrirem. */
  refazerLista() {
    this.listaVelha ||= setTimeout(() => {
      this.listaVelha = null;
      const aberta = this.eventos.querySelector('details[open]') !== null;
      const nova = listaDeEventos(this.diagrama.m, this.diagrama);
      if (!aberta) {
        this.eventos.replaceChildren(nova);
      }
    }, 1000);
  }
}

function legendaDaSala() {
  const item = (classe, nome) => el('li', {}, el('span', { class: 'marca ' + classe, 'aria-hidden': true }), nome);
  return el(
    'ul',
    { class: 'legenda' },
    item('segura', 'espera na rede'),
    item('perdida', 'perdida'),
    item('dupla', 'cópia'),
    item('aplicada', 'aplicada'),
    item('recusada', 'recusada'),
  );
}

/** O que não se adivinha, com as teclas. */
function comoSeUsa() {
  const tecla = t => el('kbd', {}, t);
  const linhas = [
    ['Cada linha é um processo; o tempo corre para a direita, até agora. Um clique no nome: matar, parar, iniciar.'],
    ['À direita, a rede à porta de cada um: um clique num enlace segura-o, outro solta-o; ⋯ mostra o resto.'],
    [
      'Uma mensagem à espera: ▸ ou ',
      tecla('E'),
      ' entrega, ',
      tecla('Del'),
      ' perde, ',
      tecla('D'),
      ' duplica, arrastar ou ',
      tecla('⇧←'),
      ' ',
      tecla('⇧→'),
      ' troca a ordem.',
    ],
    [
      'Em todo o lado: ',
      tecla('B'),
      ' passo a passo, ',
      tecla('G'),
      ' entrega a próxima, ',
      tecla('K'),
      ' pausa, ',
      tecla('U'),
      ' desfaz o último passo.',
    ],
    [
      'No diagrama: ',
      tecla('←'),
      ' ',
      tecla('→'),
      ' movem, ',
      tecla('+'),
      ' ',
      tecla('−'),
      ' aproximam, ',
      tecla('0'),
      ' volta ao agora; um clique numa seta conta a viagem dela.',
    ],
  ];
  return el(
    'ul',
    { class: 'como-se-usa' },
    linhas.map(l => el('li', {}, l)),
  );
}

/** O que convém experimentar agora, numa linha. */
function rumoDe(e, age) {
  if (e.ocupada) {
    return texto(e.ocupada);
  }
  if (!age) {
    return e.pergunta && !e.pergunta.certa
      ? 'Responda à pergunta, antes que aconteça.'
      : 'Você está a assistir: o que acontece aqui, acontece já.';
  }
  if (e.pausada) {
    return 'Pausa: nada anda e nada se perde. A tecla K continua.';
  }
  if (e.cena && !e.cena.acabou) {
    return 'Uma cena: "passo" faz a linha que se lê; "continuar à mão" deixa-a aqui, e o resto é consigo.';
  }
  if (lista(e.diferentes).length > 0) {
    return `As réplicas discordam sobre ${lista(e.diferentes)[0]}: veja, por baixo do diagrama, que operação as separou.`;
  }
  if ((e.seguras || []).length > 0) {
    return 'À espera: ▸ entrega, um clique mostra o resto, arrastar troca a ordem; no teclado, E, Del, D, ⇧← e ⇧→.';
  }
  if ((e.sentidos || []).some(s => s.segura !== 'nao')) {
    return 'Um enlace segura: peça uma operação, e veja a mensagem à espera à porta de quem a vai receber.';
  }
  return lista(e.contas).length === 0
    ? 'Comece por depositar 100 na conta ana: Clientes, "Pedir".'
    : TENTE[e.parte] || 'Experimente segurar um enlace, e peça uma operação.';
}

const TENTE = {
  __proto__: null,
  1: 'Segure "de cliente-1" à porta da replica-2, e "de cliente-2" à da replica-1; um saque de cada um; depois solte.',
  2: 'Experimente: mate um worker, peça operações, e inicie-o outra vez: a fila guardou-as?',
  3: 'Experimente: segure "de sequenciador" à porta da replica-1, peça duas operações, e perca a primeira.',
  4: 'Experimente: mate o primário (clique no nome dele), e peça um saque: quem responde?',
};

window.sala = new Sala();
