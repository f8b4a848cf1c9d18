// ───── O diagrama, enquanto acontece ─────

const ESPERA_MAXIMA = 12; // o que uma espera ocupa, por longa que seja: enquanto ninguém age, o diagrama fica quieto
const CABEM_A_VISTA = 110;
const CRESCER_MS = 320;
const MUITOS_DE_UMA_VEZ = 150; // com tantos de uma vez, não se faz crescer cada um
const quieto = matchMedia('(prefers-reduced-motion: reduce)');

const larguraDaEspera = t => (t <= 0 ? 0 : Math.min(1 + t ** 0.35, ESPERA_MAXIMA));

/** O eixo de uma execução que cresce: os instantes que já houve, e o que passou desde o último. */
class EixoVivo {
  constructor(m) {
    this.comprimido = true;
    this.m = m;
    this.ts = m.instantes;
    this.us = [0];
    this.sabidos = new Map();
  }

  crescer() {
    const { ts, us } = this;
    const mexeu = this.m.mexido ?? ts.length;
    if (mexeu < us.length) {
      us.length = Math.max(1, mexeu);
      this.sabidos.clear();
    }
    for (let i = us.length; i < ts.length; i++) {
      us.push(us[i - 1] + larguraDaEspera(ts[i] - ts[i - 1]));
    }
    this.m.mexido = ts.length;
  }

  get ultimo() {
    return this.ts[this.us.length - 1];
  }

  get fim() {
    return this.u(this.m.fim);
  }

  u(t) {
    if (t >= this.ultimo) {
      return this.us[this.us.length - 1] + larguraDaEspera(t - this.ultimo);
    }
    let u = this.sabidos.get(t);
    if (u === undefined) {
      u = passar(this.ts, this.us, t);
      this.sabidos.set(t, u);
    }
    return u;
  }

  t(u) {
    const alem = u - this.us[this.us.length - 1];
    const espera = Math.max(this.m.fim - this.ultimo, 1);
    return alem >= 0 ? this.ultimo + (alem / (larguraDaEspera(espera) || 1)) * espera : passar(this.us, this.ts, u);
  }
}

/** O mesmo diagrama do relatório, com o agora à direita; os nomes e o que espera estão ao lado dele, na página. */
class DiagramaVivo extends Diagrama {
  constructor(aoEscolher, aoMedir) {
    super(new Leitura([], true), null, aoEscolher);
    this.aoMedir = aoMedir;
    this.vao = CABEM_A_VISTA;
    this.seguir = true;
    this.atrasoDe = () => 0;
    this.recomecar();
    atribuir(
      this.canvas,
      'aria-label',
      'Diagrama do que acontece: as setas movem, mais e menos aproximam e afastam, zero volta ao agora, ' +
        'N e P escolhem a operação seguinte e a anterior, Esc larga-a.',
    );
  }

  recomecar() {
    this.m = new Leitura([], true);
    this.eixo = new EixoVivo(this.m);
    this.relogio = null;
    this.divergente = null;
    this.seguir = true;
    this.u1 = null;
  }

  // O tempo

  /** @param t o relógio da execução; anda sozinho daqui em diante */
  acertar(t, recebido, pausada) {
    this.relogio = { t, recebido, pausada };
  }

  agora() {
    const r = this.relogio;
    return r === null ? this.m.fim : r.t + (r.pausada ? 0 : performance.now() - r.recebido);
  }

  chegaram(eventos) {
    const { mensagens, aplicacoes } = this.m;
    const [antes, aplicadas] = [mensagens.length, aplicacoes.length];
    this.m.juntar(eventos, 0);
    this.eixo.crescer();
    const visto = eventos.length > MUITOS_DE_UMA_VEZ || quieto.matches ? -1e9 : performance.now();
    for (const nova of [...mensagens.slice(antes), ...aplicacoes.slice(aplicadas)]) {
      nova.visto = visto;
    }
    this.vivoAte = performance.now() + 2000;
  }

  /** Um quadro, se há o que mudar nele: enquanto nada acontece e ninguém mexe, não se desenha. */
  bater() {
    const agora = performance.now();
    this.m.fim = Math.max(this.m.fim, this.agora());
    const crescem = this.m.fim - this.eixo.ultimo < 1500 || this.aCaminho;
    if ((agora < this.vivoAte || crescem) && !document.hidden) {
      this.m.estender();
      this.aproximarDoAgora();
      this.desenhar();
    }
  }

  aproximarDoAgora() {
    if (this.seguir) {
      const alvo = this.eixo.fim + 1.5;
      const u1 = this.u1 === null || quieto.matches || Math.abs(alvo - this.u1) > this.vao ? alvo : this.u1;
      this.u1 = u1 + (alvo - u1) * 0.25;
      this.vista = { u0: this.u1 - this.vao, u1: this.u1 };
    }
  }

  // Medidas

  medir() {
    super.medir();
    this.aoMedir();
  }

  /** Ao lado de cada faixa há letras e botões: tem de caber o que eles dizem. */
  passoQueCabe(largura, faixas) {
    const letra = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const cabe = largura < 420 ? 330 : window.innerHeight - 311;
    return limitar(Math.round(cabe / faixas), letra * 5.1, letra * 7.5);
  }

  margens() {
    this.alto = 66;
    this.baixo = this.m.notas.length > 0 ? 38 : 8;
  }

  larguraDosNomes() {
    return 0;
  }

  desenharNomes() {}

  /** Com as esperas tão comprimidas, os segundos não diriam nada. */
  desenharTempo() {}

  // O que se vê

  ver(u0, u1) {
    this.vao = limitar(u1 - u0, 8, Math.max(this.eixo.fim * 1.2, CABEM_A_VISTA * 2));
    this.seguir = u1 >= this.eixo.fim;
    this.u1 = this.seguir ? null : u0 + this.vao;
    this.vista = { u0, u1: u0 + this.vao };
    this.aproximarDoAgora();
    this.pedirQuadro();
  }

  ajustar() {
    this.vao = CABEM_A_VISTA;
    this.ver(this.eixo.fim - this.vao, this.eixo.fim + 1);
  }

  aproximar(fator, emX = null) {
    if (this.seguir) {
      this.ver(this.eixo.fim + 1.5 - this.vao / fator, this.eixo.fim + 1.5);
    } else {
      super.aproximar(fator, emX);
    }
  }

  olharOQueSeVe() {
    this.momento = performance.now();
    this.aCaminho = false;
    super.olharOQueSeVe();
    this.aplicacoesVistas = this.aplicacoesVistas.filter(ap => this.momento - ap.visto > CRESCER_MS * 0.8);
  }

  /** Quanto da viagem já se fez: a que já chegou, num instante; a que vai a caminho, tanto como se espera dela. */
  parteDe(msg) {
    const viu = (this.momento - msg.visto) / CRESCER_MS;
    if (msg.destino !== 'a caminho' || this.semNoticia(msg)) {
      return limitar(viu, 0, 1);
    }
    this.aCaminho = true;
    const passou = Math.max(0, this.m.fim - msg.t0);
    const previsto = this.atrasoDe(this.m.processos[msg.de], this.m.processos[msg.para]);
    return previsto > 0 ? Math.min(0.92, passou / previsto) : 0.85 * (1 - Math.exp(-passou / 700));
  }

  /** As que esperam, esperam à porta de quem as vai receber; as que vão a caminho, crescem. */
  pontos(msg) {
    const sentido = Math.sign(msg.para - msg.de) || 1;
    const inicio = [this.x(msg.t0), this.y(msg.de) + sentido * 4];
    const chegada = this.y(msg.para) - sentido * 6;
    let p;
    if (msg.segura !== null) {
      const porta = this.y(msg.para) - sentido * this.passoDaFaixa * (0.26 + 0.07 * (msg.ordem % 3));
      const xs = Math.max(this.x(msg.segura), inicio[0] + 8);
      const xe = Math.max(this.x(msg.solta ?? (msg.destino === 'perdida' ? msg.t1 : this.m.fim)), xs + 2);
      p = [inicio, [xs, porta], [xe, porta]];
      if (msg.destino === 'entregue') {
        p.push([Math.max(this.x(msg.t1), xe), chegada]);
      }
    } else if (msg.t1 === null && !this.semNoticia(msg)) {
      p = [inicio, [this.x(this.m.fim), chegada]];
    } else {
      return this.crescida(super.pontos(msg), msg);
    }
    return this.crescida(p, msg);
  }

  /** Ia a caminho de quem, ao que parece, já não a recebe. */
  semNoticia(msg) {
    return this.m.fim - msg.t0 > 1500 + this.atrasoDe(this.m.processos[msg.de], this.m.processos[msg.para]);
  }

  crescida(p, msg) {
    const parte = this.parteDe(msg);
    if (parte >= 1 || p.length < 2 || msg.segura !== null) {
      return p;
    }
    const [[xa, ya], [xb, yb]] = p;
    return [p[0], [xa + (xb - xa) * parte, ya + (yb - ya) * parte]];
  }

  acaoDaTecla(tecla) {
    const mover = { __proto__: null, ArrowLeft: -0.15, ArrowRight: 0.15 }[tecla];
    return mover ? () => this.mover(mover) : super.acaoDaTecla(tecla);
  }
}
