const DESTINOS = ['entregue', 'perdida', 'segura', 'a caminho'];
const MUITAS = 2500; // com mais, não se desenham pontas nem traços repetidos

/** O que acontece: pedidos, mensagens, aplicações e decisões. */
class Mensagens extends Fundo {
  corDe(id) {
    const op = id === null ? null : this.m.operacoes.get(id);
    return op && op.cor >= 0 ? this.tema.clientes[op.cor % 6] : this.tema.suave;
  }

  visiveis() {
    return this.m.mensagens.filter(msg => msg.de >= 0 && msg.para >= 0 && this.passa(msg.id, msg.ruido));
  }

  /** Põe em this o que cabe na vista: mensagens com os seus vértices, aplicações e marcas. */
  olharOQueSeVe() {
    this.desenhadas = [];
    for (const msg of this.visiveis()) {
      if (this.futuro(msg.t0) || this.x(msg.t0) > this.largura) {
        continue;
      }
      const inteira = this.pontos(msg);
      if (inteira[inteira.length - 1][0] >= this.esquerda - 4) {
        const meia = this.futuro(msg.t1 ?? msg.t0);
        this.desenhadas.push({ msg, p: meia ? ateX(inteira, this.x(this.passo.t)) : inteira, meia });
      }
    }
    const dentro = t => {
      const x = this.x(t);
      return x > this.esquerda - 8 && x < this.largura + 8 && !this.futuro(t);
    };
    this.aplicacoesVistas = this.m.aplicacoes.filter(ap => ap.faixa >= 0 && this.passa(ap.id) && dentro(ap.t));
    this.marcasVistas = this.m.marcas.filter(marca => marca.faixa >= 0 && dentro(marca.t));
  }

  /** Os vértices de uma mensagem: o envio, onde esperou na rede (se esperou), e onde acabou. */
  pontos(msg) {
    const sentido = Math.sign(msg.para - msg.de) || 1;
    const x0 = this.x(msg.t0);
    const y0 = this.y(msg.de) + sentido * 4;
    const alturaDe = parte => this.y(msg.de) + sentido * this.passoDaFaixa * parte;
    const chegada = this.y(msg.para) - sentido * 6;
    if (msg.segura !== null) {
      const meio = alturaDe(0.42 + 0.05 * (msg.ordem % 4));
      const xs = Math.max(this.x(msg.segura), x0 + 6);
      const xe = Math.max(this.x(msg.solta ?? (msg.destino === 'perdida' ? msg.t1 : this.m.fim)), xs + 2);
      const espera = [
        [x0, y0],
        [xs, meio],
        [xe, meio],
      ];
      return msg.destino === 'entregue' ? [...espera, [Math.max(this.x(msg.t1), xe), chegada]] : espera;
    }
    if (msg.destino === 'perdida') {
      return [
        [x0, y0],
        [Math.max(this.x(msg.t1), x0 + this.passoDaFaixa * 0.28), alturaDe(0.5)],
      ];
    }
    return msg.t1 === null
      ? [
          [x0, y0],
          [x0 + this.passoDaFaixa * 0.25, alturaDe(0.4)],
        ]
      : [
          [x0, y0],
          [this.x(msg.t1), chegada],
        ];
  }

  desenharChamadas() {
    const { ctx } = this;
    const meia = 4.5;
    for (const c of this.m.chamadas) {
      const x0 = this.x(c.t0);
      const x1 = this.x(c.t1 === null ? c.t0 : this.futuro(c.t1) ? this.passo.t : c.t1);
      if (c.faixa < 0 || x1 < this.esquerda || x0 > this.largura || !this.passa(c.id) || this.futuro(c.t0)) {
        continue;
      }
      ctx.globalAlpha = this.apagada(c.id) ? 0.12 : this.escolhida === c.id ? 1 : 0.55;
      const y = this.y(c.faixa);
      ctx.fillStyle = ctx.strokeStyle = this.corDe(c.id);
      if (c.t1 === null) {
        ctx.fillRect(x0 - 1.5, y - meia * 2, 4, meia * 4); // ninguém esperou, ou o rastro acabou antes
      } else if (c.indeterminada) {
        ctx.lineWidth = 2;
        ctx.setLineDash([5, 4]);
        ctx.strokeRect(x0, y - meia, Math.max(x1 - x0, 4), meia * 2);
        ctx.setLineDash([]);
      } else {
        ctx.fillRect(x0, y - meia, Math.max(x1 - x0, 3), meia * 2);
      }
      ctx.globalAlpha = 1;
    }
  }

  desenharMensagens() {
    const { ctx } = this;
    const muitas = this.desenhadas.length > MUITAS;
    for (const g of this.gruposDeMensagens(muitas)) {
      ctx.globalAlpha = g.apagada ? 0.13 : g.escolhida ? 1 : muitas ? 0.45 : g.controle ? 0.75 : 1;
      ctx.strokeStyle = ctx.fillStyle = g.cor;
      ctx.lineWidth = g.escolhida ? 3.6 : muitas ? 1.1 : g.controle ? 1.5 : 2;
      if (g.simples) {
        ctx.beginPath();
        for (const { p } of g.itens) {
          ctx.moveTo(p[0][0], p[0][1]);
          ctx.lineTo(p[1][0], p[1][1]);
        }
        ctx.stroke();
      } else {
        g.itens.forEach(d => this.desenharEspecial(d, g));
      }
      if (!muitas || g.escolhida) {
        ctx.beginPath();
        g.itens
          .filter(({ msg, meia }) => msg.destino === 'entregue' && !meia)
          .forEach(({ p }) => this.ponta(p, g.escolhida ? 13 : g.controle ? 8 : 10));
        ctx.fill();
      }
    }
    ctx.globalAlpha = 1;
  }

  /** As mensagens que se desenham com o mesmo traço, de uma vez só; as escolhidas por último. */
  gruposDeMensagens(muitas) {
    const grupos = new Map();
    const jaHa = new Set();
    for (const d of this.desenhadas) {
      const { msg, p } = d;
      if (muitas && this.escolhida !== msg.id) {
        // setas que caem nos mesmos pixels são uma seta
        const linha = (msg.de * LIMITE_DE_FAIXAS + msg.para) * 4 + DESTINOS.indexOf(msg.destino);
        const pixels = (linha * 8192 + Math.round(p[0][0])) * 8192 + Math.round(p[p.length - 1][0]);
        if (jaHa.has(pixels)) {
          continue;
        }
        jaHa.add(pixels);
      }
      const apagada = this.apagada(msg.id);
      const escolhida = this.escolhida === msg.id && msg.id !== null;
      const { controle } = msg;
      const simples = msg.destino === 'entregue' && msg.segura === null && msg.copia === 0;
      const cor = controle ? this.tema.suave : this.corDe(msg.id);
      const chave = `${apagada}${escolhida}${controle}${simples}${cor}`;
      if (!grupos.has(chave)) {
        grupos.set(chave, { apagada, escolhida, controle, simples, cor, itens: [] });
      }
      grupos.get(chave).itens.push(d);
    }
    return [...grupos.values()].sort((a, b) => a.escolhida - b.escolhida || b.apagada - a.apagada);
  }

  /** As que não chegaram direito: perdidas com ✕, seguras tracejadas, cópias com traço duplo, a caminho com um círculo. */
  desenharEspecial({ msg, p, meia }, g) {
    const { ctx } = this;
    if (msg.segura !== null && p.length > 1) {
      this.tracoSeguro(p);
    } else if (msg.copia > 0) {
      this.tracoDuplo(p, g.cor);
    } else {
      this.traco(p);
    }
    if (msg.destino === 'perdida' && !meia) {
      this.desenharPerda(p[p.length - 1], g.escolhida);
    } else if (msg.destino !== 'entregue') {
      ctx.save();
      ctx.fillStyle = this.tema.fundo;
      ctx.beginPath();
      ctx.arc(...p[p.length - 1], 5, 0, 7);
      ctx.fill();
      ctx.stroke();
      ctx.restore();
    }
  }

  tracoSeguro(p) {
    const { ctx } = this;
    this.traco(p.slice(0, 2));
    ctx.setLineDash([7, 5]);
    this.traco(p.slice(1, 3));
    ctx.setLineDash([]);
    this.traco(p.slice(2));
    ctx.fillRect(p[1][0] - 4, p[1][1] - 5, 3, 10);
    ctx.fillRect(p[1][0] + 1, p[1][1] - 5, 3, 10);
  }

  tracoDuplo(p, cor) {
    const { ctx } = this;
    const largura = ctx.lineWidth;
    ctx.lineWidth = largura * 3;
    this.traco(p);
    ctx.strokeStyle = this.tema.fundo;
    ctx.lineWidth = largura * 1.4;
    this.traco(p);
    ctx.strokeStyle = cor;
    ctx.lineWidth = largura;
  }

  desenharPerda([x, y], forte) {
    const { ctx } = this;
    const r = forte ? 9 : 7;
    ctx.save();
    ctx.lineCap = 'round';
    for (const [cor, espessura] of [
      [this.tema.fundo, 7],
      [this.tema.nao, forte ? 4 : 3],
    ]) {
      ctx.strokeStyle = cor;
      ctx.lineWidth = espessura;
      for (const s of [1, -1]) {
        this.traco([
          [x - r, y - r * s],
          [x + r, y + r * s],
        ]);
      }
    }
    ctx.restore();
  }

  ponta(p, tamanho) {
    const [x, y] = p[p.length - 1];
    const [xa, ya] = p[p.length - 2];
    const a = Math.atan2(y - ya, x - xa);
    const { ctx } = this;
    ctx.moveTo(x, y);
    ctx.lineTo(x - tamanho * Math.cos(a - 0.38), y - tamanho * Math.sin(a - 0.38));
    ctx.lineTo(x - tamanho * Math.cos(a + 0.38), y - tamanho * Math.sin(a + 0.38));
    ctx.closePath();
  }

  desenharAplicacoes() {
    const { ctx, tema: cor } = this;
    const vistas = this.aplicacoesVistas;
    const r0 = vistas.length > 1500 ? 2.5 : vistas.length > 300 ? 4 : 6.5;
    vistas.sort((a, b) => (a.id === this.escolhida) - (b.id === this.escolhida));
    for (const ap of vistas) {
      const escolhida = this.escolhida !== null && this.escolhida === ap.id;
      const r = escolhida ? Math.max(r0, 6.5) + 2 : r0;
      ctx.globalAlpha = this.apagada(ap.id) ? 0.15 : 1;
      ctx.lineWidth = r0 < 5 ? 1.2 : 2.2;
      ctx.beginPath();
      if (ap.resultado === 'RECUSADA') {
        this.losango(this.x(ap.t), this.y(ap.faixa), r);
        ctx.fillStyle = cor.fundo;
        ctx.strokeStyle = cor.nao;
      } else {
        ctx.arc(this.x(ap.t), this.y(ap.faixa), r, 0, 7);
        ctx.fillStyle = ap.resultado === 'APLICADA' ? this.corDe(ap.id) : cor.fundo;
        ctx.strokeStyle = ap.resultado === 'APLICADA' ? cor.fundo : cor.suave;
      }
      ctx.fill();
      if (r > 3 || ap.resultado !== 'APLICADA') {
        ctx.stroke();
      }
    }
    ctx.globalAlpha = 1;
  }

  /** Vazado, com um risco: uma recusa. */
  losango(x, y, r) {
    const { ctx } = this;
    ctx.moveTo(x, y - r * 1.35);
    ctx.lineTo(x + r * 1.35, y);
    ctx.lineTo(x, y + r * 1.35);
    ctx.lineTo(x - r * 1.35, y);
    ctx.closePath();
    ctx.moveTo(x - r * 0.6, y);
    ctx.lineTo(x + r * 0.6, y);
  }

  /** O que um processo decidiu: um quadrado na faixa dele. */
  desenharMarcas() {
    this.ctx.globalAlpha = this.escolhida === null ? 1 : 0.3;
    this.ctx.fillStyle = this.tema.texto;
    for (const marca of this.marcasVistas) {
      this.ctx.fillRect(this.x(marca.t) - 4.5, this.y(marca.faixa) - 4.5, 9, 9);
    }
    this.ctx.globalAlpha = 1;
  }

  desenharDivergencia(pe) {
    const d = this.divergente;
    if (d && !this.futuro(d.t)) {
      const { ctx } = this;
      const x = this.x(d.t);
      ctx.strokeStyle = this.tema.nao;
      ctx.lineWidth = 2;
      ctx.setLineDash([2, 4]);
      this.traco([
        [x, this.alto],
        [x, pe],
      ]);
      ctx.setLineDash([]);
    }
  }
}

/** O começo de uma linha quebrada, até esta abcissa. */
function ateX(pontos, x) {
  const corte = pontos.findIndex(p => p[0] > x);
  if (corte <= 0) {
    return corte < 0 ? pontos : [pontos[0], pontos[0]];
  }
  const [[xa, ya], [xb, yb]] = [pontos[corte - 1], pontos[corte]];
  return [...pontos.slice(0, corte), [x, ya + ((yb - ya) * (x - xa)) / (xb - xa || 1)]];
}
