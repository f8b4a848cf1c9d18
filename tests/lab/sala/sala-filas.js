// ───── A rede à porta de cada processo: os enlaces que lá chegam, e o que neles espera ─────

/** O que se pode fazer a um sentido de um enlace. */
function acoesDoEnlace(s, agir) {
  const se = (sim, porque) => (sim ? null : porque);
  const acao = (chave, nome, tecla, porque, campos, corpo = () => ({})) => ({
    chave,
    nome,
    tecla,
    porque,
    campos,
    fazer: (...numeros) => agir(chave, { sentido: s.nome, ...corpo(...numeros) }),
  });
  const segura = s.segura !== 'nao';
  const percento = [{ rotulo: '%', valor: 30, min: 0, max: 100 }];
  const tempos = [
    { rotulo: 'a', valor: 500, min: 0, max: 60000, passo: 100 },
    { rotulo: 'ms', valor: 2000, min: 0, max: 60000, passo: 100 },
  ];
  return [
    acao(
      'segurar',
      'Segurar as operações',
      's',
      s.cifrado ? 'com chaves, aqui vai tudo cifrado: só se segura tudo' : se(s.segura !== 'operacoes', 'já as segura'),
    ),
    acao('soltar', 'Soltar tudo', 'o', se(segura || s.esperam > 0, 'não segura nada')),
    acao('segurar-tudo', 'Segurar tudo, também os pulsos', 't', se(s.segura !== 'tudo', 'já segura tudo')),
    acao('cortar', 'Cortar', 'x', se(!s.cortado, 'já está cortado')),
    acao('ligar', 'Ligar outra vez', 'l', se(s.cortado, 'não está cortado')),
    acao('emudecer', 'Emudecer: aberta, e nada passa', 'e', null),
    acao('perda', 'Perder ao acaso', 'p', null, percento, porcento => ({ porcento })),
    acao('atraso', 'Atrasar', 'a', null, tempos, (de, ate) => ({ de: Math.min(de, ate), ate: Math.max(de, ate) })),
    acao('sanar', 'Sem perda nem atraso', 'n', se(s.perda > 0 || atrasado(s), 'não há nem uma nem outro')),
  ];
}

const atrasado = s => (s.atraso || []).some(v => v > 0);

/** O que se pode fazer a uma mensagem que espera. @param fila as que esperam no mesmo sentido, por ordem */
function acoesDaMensagem(msg, s, fila, agir) {
  const qual = m => ({ n: m.n, copia: m.copia });
  const i = fila.findIndex(m => m.n === msg.n && m.copia === msg.copia);
  const mover = (nome, tecla, antes, porque) => ({
    chave: 'mover',
    nome,
    tecla,
    porque,
    fazer: () => agir('mover', { ...qual(msg), antes: antes ? qual(antes) : null }),
  });
  const acao = (chave, nome, tecla, porque = null) => ({
    chave,
    nome,
    tecla,
    porque,
    fazer: () => agir(chave, qual(msg)),
  });
  return [
    acao('entregar', 'Entregar', 'e'),
    acao('perder', 'Perder', 'Delete'),
    acao('duplicar', 'Duplicar', 'd', s && s.repete === false ? texto(s.porque) || 'neste enlace não se pode' : null),
    mover('Passar para antes', 'ArrowLeft', fila[i - 1], i > 0 ? null : 'já é a primeira'),
    mover('Passar para depois', 'ArrowRight', fila[i + 2], i < fila.length - 1 ? null : 'já é a última'),
  ];
}

/** Uma mensagem que espera: clica-se, arrasta-se, ou usa-se o teclado. */
class Ficha {
  constructor(sala, porta) {
    this.sala = sala;
    this.porta = porta;
    this.oQue = el('span', { class: 'o-que' });
    this.seq = el('small');
    this.corpo = el('button', { type: 'button', class: 'corpo' }, this.oQue, this.seq);
    this.ja = el('button', { type: 'button', class: 'ja' }, '▸');
    this.e = el('span', { class: 'ficha' }, this.corpo, this.ja);
    this.corpo.addEventListener('click', () => !this.arrastou && this.abrir());
    this.ja.addEventListener('click', () => this.acao('entregar').fazer());
    this.e.addEventListener('keydown', ev => this.tecla(ev));
    arrastavel(this);
  }

  acoes() {
    const { sala, porta, msg } = this;
    const todas = sala.podem(acoesDaMensagem(msg, porta.s, porta.seguras, (acao, corpo) => sala.agir(acao, corpo)));
    const ver = () => sala.diagrama.verOperacao(msg.id_msg);
    const viagem = { chave: 'ver', nome: 'Ver a viagem dela', tecla: 'v', porque: null, fazer: ver };
    return msg.id_msg && sala.diagrama.m.operacoes.has(msg.id_msg) ? [...todas, viagem] : todas;
  }

  acao(chave) {
    const achada = this.acoes().find(a => a.chave === chave);
    return achada.porque ? { fazer: () => this.sala.avisar(achada.porque) } : achada;
  }

  abrir() {
    this.sala.menu.abrir(this.corpo, `${this.oQue.textContent}, de ${seta(this.msg.enlace)}`, this.acoes());
  }

  /** As setas passeiam pelas fichas; com Shift, é a ficha que passa. */
  tecla(ev) {
    const passo = { __proto__: null, ArrowLeft: -1, ArrowRight: 1 }[ev.key];
    if (passo && !ev.shiftKey) {
      const fichas = [...document.querySelectorAll('.ficha .corpo')];
      const outra = fichas[fichas.indexOf(this.corpo) + passo];
      if (outra) {
        ev.preventDefault();
        outra.focus();
      }
      return;
    }
    pelaTecla(ev, this.acoes(), frase => this.sala.avisar(frase));
  }

  mudar(msg) {
    this.msg = msg;
    const nome = semIdentificador(texto(msg.resumo), msg.id_msg) || 'controle';
    dizer(this.oQue, (msg.copia > 0 ? 'cópia: ' : '') + curto(nome.replace(/\.00\b/g, ''), 40));
    dizer(this.seq, Number.isFinite(msg.seq) ? `seq ${msg.seq}` : '');
    atribuir(this.e, 'data-n', `${msg.n}.${msg.copia}`);
    atribuir(this.e, 'data-controle', msg.controle === true);
    this.e.style.setProperty('--dela', this.sala.corDe(msg.id_msg));
    atribuir(
      this.corpo,
      'aria-label',
      `${this.oQue.textContent} ${this.seq.textContent}, espera em ${seta(msg.enlace)}: o que lhe fazer`,
    );
    atribuir(this.ja, 'aria-label', `entregar ${this.oQue.textContent}, de ${seta(msg.enlace)}`);
    atribuir(this.ja, 'title', 'entregar esta');
    this.ja.disabled = !this.sala.age();
  }
}

/** Arrasta-se uma ficha para cima de outra da mesma fila: passa para antes dela; para o fim da fila: fica a última. */
function arrastavel(ficha) {
  let inicio = null;
  ficha.corpo.addEventListener('pointerdown', ev => {
    ficha.arrastou = false;
    inicio = ev.button === 0 && ficha.sala.age() ? { x: ev.clientX, y: ev.clientY } : null;
  });
  ficha.corpo.addEventListener('pointermove', ev => {
    if (!inicio) {
      return;
    }
    const [dx, dy] = [ev.clientX - inicio.x, ev.clientY - inicio.y];
    if (!ficha.arrastou && Math.hypot(dx, dy) > 6) {
      ficha.arrastou = true;
      ficha.corpo.setPointerCapture(ev.pointerId);
      ficha.e.classList.add('na-mao');
    }
    if (ficha.arrastou) {
      ficha.e.style.transform = `translate(${dx}px, ${dy}px)`;
      ficha.porta.mostrarLugar(ficha, ev.clientX, ev.clientY);
    }
  });
  const largar = ev => {
    if (inicio && ficha.arrastou) {
      ficha.e.style.transform = '';
      ficha.e.classList.remove('na-mao');
      ficha.porta.mostrarLugar(null);
      if (ev.type === 'pointerup') {
        ficha.porta.largar(ficha, ev.clientX, ev.clientY);
      }
    }
    inicio = null;
  };
  ficha.corpo.addEventListener('pointerup', largar);
  ficha.corpo.addEventListener('pointercancel', largar);
}

/** Um sentido de um enlace, à porta de quem recebe. */
class Porta {
  constructor(sala) {
    this.sala = sala;
    this.seguras = [];
    this.figura = el('span', { class: 'figura', 'aria-hidden': true });
    this.nome = el('span');
    this.regras = el('small');
    this.chave = el('button', { type: 'button', class: 'chave' }, this.figura, this.nome, this.regras);
    this.mais = el('button', { type: 'button', class: 'mais' }, '⋯');
    this.lugar = el('span', { class: 'fichas' });
    this.fichas = new Filhos(this.lugar, () => new Ficha(sala, this));
    this.e = el('div', { class: 'porta' }, el('span', { class: 'enlace' }, this.chave, this.mais), this.lugar);
    this.chave.addEventListener('click', () => this.virar());
    this.mais.addEventListener('click', () => this.abrir(this.mais));
    this.e.firstChild.addEventListener('keydown', ev => pelaTecla(ev, this.acoes(), frase => sala.avisar(frase)));
  }

  acoes() {
    const estado = { ...this.s, esperam: this.seguras.length };
    return this.sala.podem(acoesDoEnlace(estado, (acao, corpo) => this.agir(acao, corpo)));
  }

  async agir(acao, corpo) {
    if (acao === 'sanar') {
      await this.sala.agir('perda', { ...corpo, porcento: 0 });
      await this.sala.agir('atraso', { ...corpo, de: 0, ate: 0 });
    } else {
      await this.sala.agir(acao, corpo);
    }
  }

  abrir(de) {
    this.sala.menu.abrir(de, seta(this.s.nome), this.acoes());
  }

  /** O mais comum, com um clique: segurar, e soltar; o que está cortado, ligar. */
  virar() {
    const segurar = this.s.cifrado ? 'segurar-tudo' : 'segurar';
    const chave = this.s.cortado ? 'ligar' : this.s.segura !== 'nao' || this.seguras.length > 0 ? 'soltar' : segurar;
    const acao = this.acoes().find(a => a.chave === chave);
    acao.porque ? this.sala.avisar(acao.porque) : acao.fazer();
  }

  mudar({ s, seguras }) {
    this.s = s;
    this.seguras = seguras;
    const [figura, como, fara] = s.cortado
      ? ['✂', 'cortado', 'ligar']
      : s.segura === 'nao'
        ? seguras.length > 0
          ? ['‖', 'tem mensagens à espera', 'soltar']
          : ['', 'passa', 'segurar']
        : s.segura === 'tudo'
          ? ['‖‖', 'segura tudo', 'soltar']
          : ['‖', 'segura as operações', 'soltar'];
    atribuir(this.e, 'data-sentido', s.nome);
    atribuir(this.e, 'data-como', s.cortado ? 'cortado' : figura === '' ? 'passa' : 'segura');
    dizer(this.figura, figura);
    dizer(this.nome, `de ${texto(s.de)}`);
    const regras = [
      s.perda > 0 ? `perde ${s.perda}%` : '',
      atrasado(s) ? `${segundos(s.atraso[0])} a ${segundos(s.atraso[1])}` : '',
    ];
    dizer(this.regras, regras.filter(Boolean).join(', '));
    atribuir(this.chave, 'aria-label', `${seta(s.nome)}: ${como} ${this.regras.textContent}; ${fara}`);
    atribuir(this.chave, 'title', `${seta(s.nome)}: ${como}. Um clique: ${fara}`);
    atribuir(this.mais, 'aria-label', `${seta(s.nome)}: mais`);
    this.fichas.por(seguras, m => `${m.n}.${m.copia}`);
  }

  // Arrastar

  /** A ficha desta porta antes da qual se está; null se depois de todas; undefined se longe daqui. */
  antesDe(ficha, x, y) {
    const outras = this.seguras.map(m => this.fichas.todos.get(`${m.n}.${m.copia}`)).filter(f => f && f !== ficha);
    const rs = [this.chave, ...outras.map(f => f.e)].map(e => e.getBoundingClientRect());
    const perto = r => x > r.left - 60 && x < r.right + 120 && y > r.top - 24 && y < r.bottom + 24;
    if (!rs.some(perto)) {
      return undefined;
    }
    const passou = f => {
      const q = f.e.getBoundingClientRect();
      return y < q.top || (y < q.bottom && x < q.left + q.width / 2);
    };
    return outras.find(passou) || null;
  }

  mostrarLugar(ficha, x, y) {
    const antes = ficha ? this.antesDe(ficha, x, y) : undefined;
    this.fichas.todos.forEach(f => f.e.classList.toggle('aqui', f === antes));
    const ultima = [...this.fichas.todos.values()].filter(f => f !== ficha).pop();
    this.fichas.todos.forEach(f => f.e.classList.toggle('depois-dela', antes === null && f === ultima));
  }

  largar(ficha, x, y) {
    const antes = this.antesDe(ficha, x, y);
    if (antes !== undefined) {
      const alvo = antes ? { n: antes.msg.n, copia: antes.msg.copia } : null;
      this.sala.agir('mover', { n: ficha.msg.n, copia: ficha.msg.copia, antes: alvo });
    }
  }
}

/** O que há à porta de um processo. */
class Fila {
  constructor(sala) {
    this.titulo = el('h3', { class: 'para' });
    this.lugar = el('div', { class: 'portas' });
    this.e = el('div', { class: 'fila', role: 'group' }, this.titulo, this.lugar);
    this.portas = new Filhos(this.lugar, () => new Porta(sala));
  }

  mudar({ nome, portas }) {
    dizer(this.titulo, `a chegar a ${nome}`);
    atribuir(this.e, 'aria-label', `o que chega a ${nome}`);
    atribuir(this.e, 'data-para', nome);
    this.portas.por(portas, p => p.s.nome);
  }
}
