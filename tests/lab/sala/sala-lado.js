// ───── Ao lado: a pergunta, os saldos, as garantias, e a operação que se escolheu ─────

/** Antes do passo que decide, pergunta-se; depois, mostra-se o que houve, e quantos o disseram. */
class Pergunta {
  constructor(sala) {
    this.sala = sala;
    this.minha = null;
    this.oQue = el('p', { class: 'texto-da-pergunta' });
    this.entrada = el('input', { type: 'text', autocomplete: 'off', 'aria-label': 'a sua resposta', maxlength: 64 });
    this.enviar = el('button', { type: 'submit', class: 'principal' }, 'Responder');
    this.conta = el('p', { class: 'suave', role: 'status' });
    this.barras = el('ul', { class: 'contagem-da-turma' });
    this.saber = el('button', { type: 'button', 'data-acao': 'saber', onclick: () => sala.agir('saber') }, 'ver a resposta');
    this.formulario = el('form', { class: 'entradas', onsubmit: ev => this.responder(ev) }, this.entrada, this.enviar);
    this.e = el(
      'section',
      { class: 'cartao pergunta', 'aria-labelledby': 'titulo-pergunta', hidden: true },
      el('h2', { id: 'titulo-pergunta' }, 'O que vai acontecer?'),
      this.oQue,
      this.formulario,
      this.saber,
      this.conta,
      this.barras,
    );
  }

  async responder(ev) {
    ev.preventDefault();
    const resposta = this.entrada.value.trim();
    if (resposta !== '' && (await this.sala.fala.responder(resposta))) {
      this.minha = resposta;
      this.mudar(this.estado);
    }
  }

  mudar(estado) {
    this.estado = estado;
    const p = estado.pergunta;
    this.e.hidden = !p;
    if (!p) {
      this.minha = null;
      return;
    }
    if (p.texto !== this.oQue.textContent) {
      this.minha = null;
      this.entrada.value = '';
    }
    dizer(this.oQue, texto(p.texto));
    const sabida = p.certa !== null && p.certa !== undefined;
    this.formulario.hidden = sabida;
    this.saber.hidden = sabida || !this.sala.age() || Boolean(estado.cena && !estado.cena.acabou);
    const minha = this.minha === null ? '' : ` A sua: ${this.minha}.`;
    const quantas = `${p.quantas || 0} ${p.quantas === 1 ? 'resposta' : 'respostas'}`;
    dizer(this.conta, sabida ? `Foi ${texto(p.certa)}. ${quantas}.${minha}` : `${quantas} até agora.${minha}`);
    const respostas = Object.entries(p.respostas || {}).sort((a, b) => b[1] - a[1]);
    const maior = Math.max(1, ...respostas.map(r => r[1]));
    const chave = JSON.stringify([respostas, p.certa]);
    if (chave !== this.chave) {
      this.chave = chave;
      this.barras.replaceChildren(...(sabida ? respostas.slice(0, 8).map(r => barra(r, p.certa, maior)) : []));
    }
  }
}

function barra([resposta, quantas], certa, maior) {
  const acertou = resposta === texto(certa);
  const risco = el('i', { class: 'risco' });
  risco.style.width = `${(quantas / maior) * 60}%`;
  return el(
    'li',
    { class: acertou ? 'certa' : false },
    el('b', {}, (acertou ? '✓ ' : '') + resposta),
    risco,
    String(quantas),
  );
}

/** Perguntar à turma que saldo haverá, antes de acontecer. */
class Perguntar {
  constructor(sala) {
    this.sala = sala;
    this.onde = el('select', { name: 'onde', 'aria-label': 'em que processo' });
    this.conta = el('select', { name: 'que-conta', 'aria-label': 'que conta' });
    this.e = el(
      'details',
      { class: 'perguntar' },
      el('summary', {}, 'perguntar à turma'),
      el(
        'form',
        { class: 'grupo', onsubmit: ev => this.enviar(ev) },
        'que saldo terá ',
        this.conta,
        ' em ',
        this.onde,
        el('button', { type: 'submit' }, 'perguntar'),
      ),
    );
  }

  enviar(ev) {
    ev.preventDefault();
    const [processo, conta] = [this.onde.value, this.conta.value];
    this.sala.agir('perguntar', { processo, conta, texto: `Que saldo terá ${conta} em ${processo}?` });
    this.e.open = false;
  }

  mudar(comBanco, contas) {
    const nomes = comBanco.filter(p => !naoDiz(p)).map(p => texto(p.nome));
    this.e.hidden = !this.sala.age() || nomes.length === 0 || contas.length === 0;
    const chave = JSON.stringify([nomes, contas]);
    if (chave !== this.chave) {
      this.chave = chave;
      [
        [this.onde, nomes],
        [this.conta, contas],
      ].forEach(([e, quais]) => {
        const antes = e.value;
        e.replaceChildren(...quais.map(q => opcao(q, q)));
        e.value = quais.includes(antes) ? antes : quais[0];
      });
    }
  }
}

/** Os saldos lado a lado; o que difere marca-se no momento em que difere. */
class SaldosLadoALado {
  /** @param ultimo dá o último saldo que uma réplica disse de uma conta, ao aplicar; undefined se nenhum */
  constructor(sala, ultimo) {
    this.ultimo = ultimo;
    this.vazio = el('p', { class: 'suave' }, 'Ainda não há contas: a primeira operação cria a dela.');
    this.tabela = el('table', { class: 'saldos-da-sala' });
    this.aviso = el('p', { class: 'diferem', role: 'status' });
    this.perguntar = new Perguntar(sala);
    this.e = el(
      'section',
      { class: 'cartao', 'aria-labelledby': 'titulo-saldos' },
      el('h2', { id: 'titulo-saldos' }, 'Saldos'),
      this.vazio,
      el(
        'div',
        { class: 'rolar-saldos', tabindex: 0, role: 'region', 'aria-label': 'Saldos em cada réplica' },
        this.tabela,
      ),
      this.aviso,
      this.perguntar.e,
    );
  }

  mudar(estado) {
    const comBanco = estado.processos.filter(temBanco);
    const contas = lista(estado.contas);
    this.perguntar.mudar(comBanco, contas);
    const diferem = new Set(lista(estado.diferentes));
    const chave = JSON.stringify([comBanco.map(p => [p.nome, p.saldos, p.responde, p.estado]), contas, [...diferem]]);
    if (chave === this.chave) {
      return;
    }
    this.chave = chave;
    this.vazio.hidden = contas.length > 0;
    this.tabela.parentElement.hidden = contas.length === 0;
    const ordem = [...contas].sort((a, b) => diferem.has(b) - diferem.has(a) || (a < b ? -1 : 1));
    this.tabela.replaceChildren(
      el('thead', {}, el('tr', {}, el('td', {}), comBanco.map(cabecaDoSaldo))),
      el(
        'tbody',
        {},
        ordem.map(conta => linhaDeSaldos(conta, comBanco, diferem.has(conta), this.ultimo)),
      ),
    );
    const quais = ordem.filter(c => diferem.has(c));
    dizer(this.aviso, quais.length === 0 ? '' : `≠ As réplicas discordam sobre ${quais.slice(0, 4).join(', ')}.`);
  }
}

const dinheiroOuNada = v => (v === undefined ? '—' : dinheiro(v));
const naoDiz = p => Boolean(p.alheio) && !p.alheio.diz_saldos;
const fala = p => p.responde !== false && p.estado === 'vivo';

function cabecaDoSaldo(p) {
  return el(
    'th',
    { scope: 'col', class: fala(p) ? 'numero' : 'numero calado' },
    texto(p.nome),
    fala(p) ? null : el('small', {}, ' não responde'),
  );
}

function linhaDeSaldos(conta, comBanco, difere, ultimo) {
  const saldo = p =>
    naoDiz(p) ? 'não diz' : ((p.saldos || {})[conta] ?? dinheiroOuNada(ultimo(p.nome, conta)));
  return el(
    'tr',
    { class: difere ? 'difere' : false },
    el('th', { scope: 'row' }, difere ? '≠ ' : '', conta),
    comBanco.map(p => el('td', { class: fala(p) ? 'numero' : 'numero calado' }, texto(saldo(p)))),
  );
}

/** As garantias, em termos de banco: quais valem agora, e o que quebrou a que não vale. */
class Garantias {
  constructor() {
    this.lugar = el('ul', { class: 'garantias' });
    this.linhas = new Filhos(this.lugar, () => new Garantia());
    this.e = el(
      'section',
      { class: 'garantias-da-sala', 'aria-labelledby': 'titulo-garantias' },
      el('h2', { id: 'titulo-garantias', class: 'so-leitor' }, 'O que vale agora'),
      this.lugar,
    );
  }

  mudar(estado) {
    const peso = v => (v.valor === 'NÃO' ? (prometida(v) ? 0 : 1) : v.valor === 'sim' ? 2 : 3);
    const todos = (estado.vereditos || []).map((v, i) => ({ v, i }));
    todos.sort((a, b) => peso(a.v) - peso(b.v) || a.i - b.i);
    this.linhas.por(
      todos.map((x, i) => ({ v: x.v, aberta: i === 0 })),
      x => x.v.nome,
    );
  }
}

/** Se esta parte promete isto; um NÃO que não se prometia não é uma falha. */
const prometida = v => v.promessa !== false && v.promessa !== 'NÃO';

class Garantia {
  constructor() {
    this.figura = el('span', { class: 'figura', 'aria-hidden': true });
    this.nome = el('span');
    this.valor = el('b');
    this.detalhes = el('ul');
    this.porque = el('details', {}, el('summary', {}, 'porquê'), this.detalhes);
    this.e = el('li', {}, this.figura, this.nome, ' ', this.valor, this.porque);
  }

  mudar({ v, aberta }) {
    const [figura, classe] = MARCA[v.valor] || ['?', 'duvida'];
    const previsto = v.valor === 'NÃO' && !prometida(v);
    const detalhes = v.valor === 'NÃO' ? lista(v.detalhes).slice(0, 4) : [];
    atribuir(this.e, 'class', previsto ? 'esperado' : classe);
    atribuir(this.e, 'data-nome', v.nome);
    atribuir(this.e, 'data-valor', v.valor);
    dizer(this.figura, previsto ? '–' : figura);
    dizer(this.nome, texto(v.titulo || v.nome));
    dizer(
      this.valor,
      v.valor === 'desconhecido' ? 'ainda não se sabe' : texto(v.valor) + (previsto ? ' (não o promete)' : ''),
    );
    const chave = detalhes.join('\n');
    if (chave !== this.chave) {
      this.chave = chave;
      this.porque.hidden = detalhes.length === 0;
      this.porque.open = aberta && detalhes.length > 0;
      this.detalhes.replaceChildren(...detalhes.map(d => el('li', {}, d)));
    }
  }
}

/** A operação que se escolheu no diagrama, ou numa ficha: a viagem dela, e os saldos. */
class Escolhida {
  constructor(largar) {
    this.largar = largar;
    this.e = el('section', { class: 'cartao painel', 'aria-label': 'A operação escolhida', hidden: true });
  }

  mudar(m, op) {
    this.e.hidden = !op;
    this.e.replaceChildren(...(op ? painel(m, op, [], this.largar) : []));
  }
}
