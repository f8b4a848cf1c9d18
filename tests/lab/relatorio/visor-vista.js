// ───── O diagrama ─────

const EXPOENTE = 0.4; // 1 ms ocupa 1, 100 ms ocupam 6, 1 s ocupa 16

/** Onde fica cada instante: em tempo real, ou com as esperas entre um evento e o seguinte comprimidas. */
class Eixo {
  constructor(m, comprimido) {
    this.comprimido = comprimido;
    this.ts = comprimido ? m.instantes : [0, m.fim];
    this.us = [0];
    for (let i = 1; i < this.ts.length; i++) {
      const vao = this.ts[i] - this.ts[i - 1];
      this.us.push(this.us[i - 1] + (comprimido ? vao ** EXPOENTE : vao));
    }
    this.fim = this.us[this.us.length - 1];
    this.sabidos = new Map(); // os instantes são sempre os mesmos, e perguntam-se a cada quadro
  }

  u(t) {
    let u = this.sabidos.get(t);
    if (u === undefined) {
      u = passar(this.ts, this.us, t);
      this.sabidos.set(t, u);
    }
    return u;
  }

  t(u) {
    return passar(this.us, this.ts, u);
  }
}

/** Leva um valor de uma escala à outra; entre dois nós, e fora deles, em linha reta. */
function passar(de, para, v) {
  let a = 0;
  let b = de.length - 1;
  if (v < de[a] || v > de[b]) {
    const razao = para[b] / de[b];
    return v < de[a] ? v * razao : para[b] + (v - de[b]) * razao;
  }
  while (b - a > 1) {
    const meio = (a + b) >> 1;
    if (de[meio] <= v) {
      a = meio;
    } else {
      b = meio;
    }
  }
  return para[a] + ((v - de[a]) / (de[b] - de[a])) * (para[b] - para[a]);
}

const CABEM_DE_UMA_VEZ = 160; // com mais mensagens do que isto, tudo à vista são manchas
const INSTANTES_A_VOLTA = 14;
const INSTANTES_DE_UMA_VIAGEM = 160; // a de uma operação que demora mais do que isto só se vê do começo

/** A parte do diagrama que se vê: onde fica cada instante e cada faixa, e o que está escolhido. */
class Vista {
  constructor(m, divergente, aoEscolher) {
    this.m = m;
    this.divergente = divergente;
    this.aoEscolher = aoEscolher;
    this.filtro = '';
    this.controle = false;
    this.escolhida = null;
    this.passo = null; // o passo em que se está; daí em diante nada aconteceu ainda
    this.eixo = new Eixo(m, true);
    this.vista = { u0: 0, u1: 1 };
    this.canvas = el('canvas', {
      tabindex: 0,
      role: 'application',
      'aria-roledescription': 'diagrama de espaço-tempo',
      'aria-label':
        `Diagrama de espaço-tempo: ${m.processos.length} processos, ${m.mensagens.length} mensagens. ` +
        'As setas dão um passo; com Shift, movem; mais e menos aproximam e afastam, zero ajusta, ' +
        'N e P escolhem a operação seguinte e a anterior, Esc desfaz.',
    });
    this.dica = el('div', { class: 'dica', hidden: true });
    this.caixa = el('div', { class: 'diagrama' }, this.canvas, this.dica);
    this.ctx = this.canvas.getContext('2d');
  }

  // Medidas

  medir() {
    const largura = impressao.matches ? 1020 : this.caixa.clientWidth;
    if (largura < 40) {
      return;
    }
    const letra = parseFloat(getComputedStyle(this.caixa).fontSize);
    this.letra = limitar(letra * 0.86, 13, 26);
    const faixas = Math.max(this.m.processos.length, 1);
    this.passoDaFaixa = this.passoQueCabe(largura, faixas);
    this.margens();
    this.largura = largura;
    this.altura = this.alto + faixas * this.passoDaFaixa + this.baixo;
    this.dpr = Math.max(window.devicePixelRatio || 1, impressao.matches ? 2 : 1);
    this.canvas.width = Math.round(largura * this.dpr);
    this.canvas.height = Math.round(this.altura * this.dpr);
    this.canvas.style.height = impressao.matches ? 'auto' : this.altura + 'px';
    this.tema = tema();
    this.riscos = {};
    this.esquerda = this.larguraDosNomes(largura);
    this.desenhar();
  }

  /** A história e o diagrama, no mesmo ecrã. */
  passoQueCabe(largura, faixas) {
    const cabe = largura < 600 ? 330 : limitar(window.innerHeight * 0.5, 340, 560);
    return limitar(Math.round(cabe / faixas), 58, 120);
  }

  margens() {
    this.alto = this.m.faltas.length === 0 ? 12 : this.m.faltas.length === 1 ? 40 : 66;
    this.baixo = (this.m.notas.length > 0 ? 30 : 6) + 34;
  }

  larguraDosNomes(largura) {
    this.ctx.font = `600 ${this.letra}px ${this.tema.letra}`;
    const maior = Math.max(40, ...this.m.processos.map(p => this.ctx.measureText(curto(p, 24)).width));
    return Math.round(Math.min(maior + 26, largura * 0.3));
  }

  x(t) {
    return this.xDe(this.eixo.u(t));
  }

  xDe(u) {
    return this.esquerda + ((u - this.vista.u0) / (this.vista.u1 - this.vista.u0)) * (this.largura - this.esquerda);
  }

  uDe(x) {
    return this.vista.u0 + ((x - this.esquerda) / (this.largura - this.esquerda)) * (this.vista.u1 - this.vista.u0);
  }

  y(faixa) {
    return this.alto + (faixa + 0.5) * this.passoDaFaixa;
  }

  // O que se vê

  /** Com as esperas comprimidas, ou não; mostra o mesmo que agora. */
  comprimir(sim) {
    const [t0, t1] = [this.eixo.t(this.vista.u0), this.eixo.t(this.vista.u1)];
    this.eixo = new Eixo(this.m, sim);
    this.ver(this.eixo.u(t0), this.eixo.u(t1));
  }

  /** Tudo, desde que começa a haver o que ver. */
  ajustar() {
    const inicio = this.eixo.u(this.primeiroInstante());
    this.ver(inicio - (this.eixo.fim - inicio) * 0.03, this.eixo.fim + (this.eixo.fim - inicio) * 0.09);
    this.ajustada = true;
  }

  /** Antes dele, só processos que arrancam. */
  primeiroInstante() {
    if (this.controle) {
      return 0;
    }
    const primeiros = [this.m.chamadas, this.m.faltas, this.m.notas].map(l =>
      l.length > 0 ? (l[0].t0 ?? l[0].t) : Infinity,
    );
    const t = Math.min(this.m.comeco || Infinity, ...primeiros);
    return Number.isFinite(t) ? t : 0;
  }

  /** O que se abre primeiro: tudo, se se lê; senão, o lugar onde os saldos divergem, ou a primeira falta, ou o começo. */
  abrir() {
    this.ajustar();
    if (this.m.mensagens.filter(msg => !msg.ruido).length <= CABEM_DE_UMA_VEZ) {
      return;
    }
    if (this.divergente) {
      this.escolher(this.divergente.id);
      this.enquadrar(this.m.operacoes.get(this.divergente.id));
    } else {
      const t = this.m.faltas.length > 0 ? this.m.faltas[0].t0 : this.primeiroInstante();
      this.verInstantes(t, t);
    }
  }

  ver(u0, u1) {
    const { fim } = this.eixo;
    const vao = limitar(u1 - u0, Math.max(fim / 2e5, 0.005), fim * 1.2);
    const inicio = limitar(u0, -fim * 0.1, Math.max(fim * 1.12 - vao, -fim * 0.1));
    this.vista = { u0: inicio, u1: inicio + vao };
    this.ajustada = false;
    this.pedirQuadro();
  }

  /** Aproxima à volta de um ponto; sem ele, à volta da operação escolhida. A escolhida, se estava à vista, fica à vista. */
  aproximar(fator, emX = null) {
    const escolhida = this.meioDaEscolhida();
    const { u0, u1 } = this.vista;
    const centro = emX !== null ? this.uDe(emX) : escolhida === null ? (u0 + u1) / 2 : escolhida;
    let [a, b] = [centro - (centro - u0) / fator, centro + (u1 - centro) / fator];
    if (escolhida !== null && (emX === null || (escolhida >= u0 && escolhida <= u1))) {
      const margem = (b - a) * 0.08;
      const desvio = Math.min(0, escolhida - margem - a) + Math.max(0, escolhida + margem - b);
      [a, b] = [a + desvio, b + desvio];
    }
    this.ver(a, b);
  }

  mover(parte) {
    const vao = (this.vista.u1 - this.vista.u0) * parte;
    this.ver(this.vista.u0 + vao, this.vista.u1 + vao);
  }

  mostrar(t) {
    const u = this.eixo.u(t);
    const vao = this.vista.u1 - this.vista.u0;
    if (u < this.vista.u0 + vao * 0.02 || u > this.vista.u1 - vao * 0.04) {
      this.ver(u - vao / 2, u + vao / 2);
    }
  }

  /** Deste instante àquele, com o que há à volta. */
  verInstantes(t0, t1) {
    const { instantes } = this.m;
    const i0 = Math.max(0, instantes.findIndex(t => t >= t0) - INSTANTES_A_VOLTA / 2);
    const depois = instantes.findIndex(t => t > t1);
    const ate = (depois < 0 ? instantes.length - 1 : depois) + INSTANTES_A_VOLTA / 2;
    const i1 = ate - i0 > INSTANTES_DE_UMA_VIAGEM ? i0 + INSTANTES_A_VOLTA * 3 : ate;
    const [u0, u1] = [instantes[i0], instantes[Math.min(i1, instantes.length - 1)]].map(t => this.eixo.u(t));
    this.ver(u0 - (u1 - u0) * 0.06, u1 + (u1 - u0) * 0.12);
  }

  /** A viagem inteira desta operação. */
  enquadrar(op) {
    const ts = instantesDe(op);
    if (ts.length > 0) {
      this.verInstantes(Math.min(...ts), Math.max(...ts));
    }
  }

  meioDaEscolhida() {
    const op = this.m.operacoes.get(this.escolhida);
    const us = op ? instantesDe(op).map(t => this.eixo.u(t)) : [];
    return us.length > 0 ? (Math.min(...us) + Math.max(...us)) / 2 : null;
  }

  pedirQuadro() {
    this.quadro ||= requestAnimationFrame(() => {
      this.quadro = null;
      this.desenhar();
      this.mostrarDica();
    });
  }

  // O que se escolheu

  passa(id, ruido = false) {
    return (this.controle || !ruido) && (this.filtro === '' || (id !== null && id.toLowerCase().includes(this.filtro)));
  }

  /** As operações que o filtro deixa, pela ordem em que começaram. */
  operacoes() {
    return [...this.m.operacoes.values()].filter(op => this.passa(op.id)).sort((a, b) => a.t - b.t);
  }

  escolher(id, mostrar = false) {
    this.escolhida = id;
    const op = this.m.operacoes.get(id);
    if (op && mostrar) {
      this.mostrar(op.t);
    }
    this.aoEscolher(op || null);
    this.pedirQuadro();
  }

  escolherVizinha(passo) {
    const ops = this.operacoes();
    if (ops.length > 0) {
      const aqui = ops.findIndex(op => op.id === this.escolhida);
      this.escolher(ops[aqui < 0 ? (passo > 0 ? 0 : ops.length - 1) : (aqui + passo + ops.length) % ops.length].id, true);
    }
  }

  /** Traz o diagrama à vista, escolhe a operação e aproxima até que se leia. */
  verOperacao(id) {
    this.escolher(id);
    this.enquadrar(this.m.operacoes.get(id));
    this.caixa.scrollIntoView({ block: 'nearest', behavior: 'instant' });
    this.canvas.focus({ preventScroll: true });
  }

  /** Se isto ainda não aconteceu, no passo em que se está. */
  futuro(t) {
    return this.passo !== null && t > this.passo.t;
  }

  apagada(id) {
    return this.escolhida !== null && this.escolhida !== id;
  }
}

/** Quando aconteceu alguma coisa a esta operação. */
function instantesDe(op) {
  return [
    ...op.mensagens.flatMap(msg => [msg.t0, msg.t1]),
    ...op.aplicacoes.map(ap => ap.t),
    ...op.chamadas.flatMap(c => [c.t0, c.t1]),
  ].filter(t => Number.isFinite(t));
}
