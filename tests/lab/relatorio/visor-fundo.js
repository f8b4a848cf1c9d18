/** O que está por trás das mensagens (o tempo, as faixas, os processos mortos, os cortes), e as margens. */
class Fundo extends Vista {
  ateAgora(t) {
    return this.futuro(t) ? this.passo.t : t;
  }

  traco(pontos) {
    this.ctx.beginPath();
    pontos.forEach(([x, y], i) => (i === 0 ? this.ctx.moveTo(x, y) : this.ctx.lineTo(x, y)));
    this.ctx.stroke();
  }

  /** Um padrão de riscos inclinados. */
  risco(cor, sentido, lado) {
    const chave = cor + sentido;
    if (!this.riscos[chave]) {
      const p = el('canvas', { width: lado, height: lado });
      const c = p.getContext('2d');
      c.strokeStyle = cor;
      c.lineWidth = 1.4;
      for (const d of [-lado, 0, lado]) {
        c.beginPath();
        c.moveTo(d - 1, sentido > 0 ? lado + 1 : -1);
        c.lineTo(d + lado + 1, sentido > 0 ? -1 : lado + 1);
        c.stroke();
      }
      this.riscos[chave] = this.ctx.createPattern(p, 'repeat');
    }
    return this.riscos[chave];
  }

  desenharGrade() {
    const { ctx, tema: cor } = this;
    ctx.lineWidth = 1;
    this.fundoDasFaixas(this.esquerda, this.largura);
    this.desenharTempo();
    ctx.strokeStyle = cor.linha;
    ctx.lineWidth = 1.5;
    this.m.processos.forEach((nome, i) =>
      this.traco([
        [Math.max(this.x(0), this.esquerda), this.y(i)],
        [this.x(this.m.fim), this.y(i)],
      ]),
    );
  }

  /** Uma sim, uma não. */
  fundoDasFaixas(x, largura) {
    this.ctx.fillStyle = this.tema.faixa;
    for (let i = 0; i < this.m.processos.length; i += 2) {
      this.ctx.fillRect(x, this.alto + i * this.passoDaFaixa, largura, this.passoDaFaixa);
    }
  }

  /** Onde couber, o instante redondo mais perto: com as esperas comprimidas, o passo muda de lugar para lugar. */
  desenharTempo() {
    const { ctx, tema: cor } = this;
    ctx.font = `${this.letra - 1}px ${cor.letra}`;
    ctx.textAlign = 'center';
    ctx.strokeStyle = cor.grade;
    ctx.fillStyle = cor.suave;
    let ocupado = this.esquerda - 30;
    for (let em = this.esquerda + 10; em < this.largura; em += 30) {
      const passo = redondo(this.eixo.t(this.uDe(em + 45)) - this.eixo.t(this.uDe(em - 45)));
      const t = Math.round(this.eixo.t(this.uDe(em)) / passo) * passo;
      const x = Math.round(this.x(t)) + 0.5;
      if (t < 0 || t > this.m.fim || x < ocupado + 90 || x > this.largura) {
        continue;
      }
      ocupado = x;
      this.traco([
        [x, this.alto],
        [x, this.altura - 30],
      ]);
      if (x > this.esquerda + 14 && x < this.largura - 30) {
        const emSegundos = this.m.fim >= 2000;
        const casas = Math.max(0, -Math.floor(Math.log10(emSegundos ? passo / 1000 : passo) + 1e-9));
        ctx.fillText((emSegundos ? t / 1000 : t).toFixed(casas) + (emSegundos ? ' s' : ' ms'), x, this.altura - 15);
      }
    }
  }

  desenharFaixas() {
    const { ctx, tema: cor } = this;
    for (const f of this.m.faixas.filter(uma => !this.futuro(uma.t0))) {
      const x0 = this.x(f.t0);
      const l = this.x(this.ateAgora(f.t1)) - x0;
      const y = this.y(f.faixa);
      const meia = f.tipo === 'fora' ? 4 : this.passoDaFaixa * 0.3;
      ctx.fillStyle = f.tipo === 'fora' ? (f.faixa % 2 === 0 ? cor.faixa : cor.fundo) : cor.morto;
      ctx.fillRect(x0, y - meia, l, meia * 2);
      if (f.tipo === 'parado') {
        ctx.fillStyle = this.risco(cor.suave, 1, 9);
        ctx.fillRect(x0, y - meia, l, meia * 2);
      }
      if (f.tipo === 'fora') {
        ctx.strokeStyle = cor.linha;
        ctx.setLineDash([2, 6]);
        this.traco([
          [x0, y],
          [x0 + l, y],
        ]);
        ctx.setLineDash([]);
      }
    }
  }

  desenharCortes() {
    for (const corte of this.m.cortes.filter(um => !this.futuro(um.t0))) {
      const acima = Math.min(corte.de, corte.para);
      const y0 = this.y(acima) + 10;
      const y1 = this.y(Math.max(corte.de, corte.para)) - 10;
      const x0 = this.x(corte.t0);
      const x1 = this.x(this.ateAgora(corte.t1));
      this.ctx.save();
      this.ctx.globalAlpha = 0.5;
      this.ctx.fillStyle = this.risco(this.tema.nao, corte.de < corte.para ? 1 : -1, 10);
      this.ctx.fillRect(x0, y0, Math.max(x1 - x0, 2), y1 - y0);
      this.ctx.strokeStyle = this.tema.nao;
      this.ctx.setLineDash([3, 3]);
      this.ctx.lineWidth = 1;
      this.ctx.strokeRect(x0, y0, Math.max(x1 - x0, 2), y1 - y0);
      this.ctx.restore();
    }
  }

  /** As faltas, numa fita no alto: cada uma do começo ao fim dela. */
  desenharFaltas() {
    const { ctx, tema: cor } = this;
    if (this.m.faltas.length === 0) {
      return;
    }
    const ocupado = this.alto < 66 ? [-1e9] : [-1e9, -1e9]; // as linhas que cabem
    ctx.font = `600 ${this.letra - 1}px ${cor.letra}`;
    ctx.textAlign = 'left';
    for (const f of this.m.faltas.filter(uma => !this.futuro(uma.t0))) {
      const x0 = this.x(f.t0);
      const x1 = f.t1 === null ? x0 + 3 : Math.max(this.x(this.ateAgora(f.t1)), x0 + 3);
      let linha = ocupado.findIndex(fim => fim + 10 < x0);
      const cabe = linha >= 0;
      linha = cabe ? linha : ocupado.indexOf(Math.min(...ocupado));
      const y = 8 + linha * 26;
      ctx.globalAlpha = 0.2;
      ctx.fillStyle = cor.nao;
      ctx.fillRect(x0, y, x1 - x0, 22);
      ctx.globalAlpha = 1;
      ctx.fillRect(x0, y, 3, 22);
      if (cabe) {
        const nome = curto(f.texto, 44);
        const l = ctx.measureText(nome).width;
        const depois = Math.max(x0 + 8, Math.min(this.esquerda + 8, x1));
        const xt =
          depois + l > this.largura && x0 - 8 - l > Math.max(ocupado[linha] + 10, this.esquerda) ? x0 - 8 - l : depois;
        ctx.fillStyle = cor.texto;
        ctx.fillText(nome, xt, y + 11.5);
        ocupado[linha] = Math.max(x1, xt + l);
      }
    }
  }

  desenharNotas(pe) {
    const { ctx, tema: cor } = this;
    let ultimo = -1e9;
    this.m.notas.forEach((nota, i) => {
      const x = this.x(nota.t);
      if (x - ultimo < 20) {
        return;
      }
      ultimo = x;
      ctx.fillStyle = cor.texto;
      ctx.beginPath();
      ctx.arc(x, pe + 17, 10, 0, 7);
      ctx.fill();
      ctx.fillStyle = cor.fundo;
      ctx.textAlign = 'center';
      ctx.font = `700 ${this.letra - 2}px ${cor.letra}`;
      ctx.fillText(String(i + 1), x, pe + 17.5);
    });
  }

  desenharNomes(pe) {
    const { ctx, tema: cor } = this;
    ctx.fillStyle = cor.fundo;
    ctx.fillRect(0, 0, this.esquerda, this.altura);
    ctx.textAlign = 'left';
    ctx.font = `600 ${this.letra}px ${cor.letra}`;
    const cabe = nome => {
      let n = nome;
      while (n.length > 2 && ctx.measureText(n).width > this.esquerda - 20) {
        n = curto(n, n.length - 1);
      }
      return n;
    };
    this.fundoDasFaixas(0, this.esquerda);
    this.m.processos.forEach((nome, i) => {
      const cliente = this.m.clientes.indexOf(nome);
      if (cliente >= 0) {
        ctx.fillStyle = cor.clientes[cliente % 6];
        ctx.fillRect(0, this.alto + i * this.passoDaFaixa, 5, this.passoDaFaixa);
      }
      ctx.fillStyle = cor.texto;
      ctx.fillText(cabe(nome), 14, this.y(i));
    });
    ctx.fillStyle = cor.suave;
    ctx.font = `${this.letra - 1}px ${cor.letra}`;
    if (this.m.faltas.length > 0) {
      ctx.fillText('faltas', 14, 19);
    }
    if (this.m.notas.length > 0) {
      ctx.fillText('história', 14, pe + 17);
    }
    ctx.fillText('tempo', 14, this.altura - 15);
    ctx.fillStyle = cor.linha;
    ctx.fillRect(this.esquerda - 1, 0, 1, this.altura);
  }

  /** Até onde se chegou, passo a passo. */
  desenharPasso(pe) {
    if (this.passo === null) {
      return;
    }
    const { ctx, tema: cor } = this;
    const x = this.x(this.passo.t);
    ctx.strokeStyle = cor.destaque;
    ctx.lineWidth = 2;
    this.traco([
      [x, this.alto],
      [x, pe],
    ]);
    if (this.passo.faixa >= 0) {
      ctx.lineWidth = 3;
      ctx.beginPath();
      ctx.arc(x, this.y(this.passo.faixa), 13, 0, 7);
      ctx.stroke();
    }
  }
}

/** O primeiro de 1, 2, 5, 10, 20, 50… que chega a este vão. */
function redondo(vao) {
  const base = 10 ** Math.floor(Math.log10(Math.max(vao, 1e-6)));
  return [1, 2, 5, 10].map(f => f * base).find(p => p >= vao) || 10 * base;
}
