const CABEM_ROTULOS = 240;

/** As palavras do diagrama: cada uma ao pé da sua marca, nunca por cima de outra coisa. */
class Rotulos extends Mensagens {
  desenhar() {
    if (!this.largura) {
      return;
    }
    const { ctx, tema: cor, largura, altura } = this;
    const pe = altura - this.baixo;
    ctx.setTransform(this.dpr, 0, 0, this.dpr, 0, 0);
    ctx.fillStyle = cor.fundo;
    ctx.fillRect(0, 0, largura, altura);
    ctx.textBaseline = 'middle';
    this.olharOQueSeVe();
    ctx.save();
    ctx.beginPath();
    ctx.rect(this.esquerda, 0, largura - this.esquerda, altura);
    ctx.clip();
    this.desenharGrade();
    this.desenharFaixas();
    this.desenharCortes();
    this.desenharChamadas();
    this.desenharDivergencia(pe);
    this.desenharMensagens();
    this.desenharAplicacoes();
    this.desenharMarcas();
    this.desenharPasso(pe);
    this.escrever();
    this.desenharFaltas();
    this.desenharNotas(pe);
    ctx.restore();
    this.desenharNomes(pe);
    this.canvas.dataset.mensagens = this.desenhadas.length;
  }

  /** Por ordem de importância: quem chega primeiro fica com o lugar. */
  escrever() {
    this.rotulos = this.obstaculos();
    this.escritos = [];
    this.escreverDivergencia();
    this.escreverMensagens(({ msg }) => msg.destino === 'perdida');
    this.escreverAplicacoes();
    this.escreverMensagens(({ msg }) => msg.destino !== 'perdida');
    this.escreverChamadas();
    this.escreverMarcas();
    this.escreverFaixas();
  }

  /** O que nenhuma palavra pode tapar: o ✕ de uma perdida, a espera de uma retida, e as marcas de cada processo. */
  obstaculos() {
    const quadrado = (x, y, r) => [x - r, y - r, x + r, y + r];
    const perdidas = this.desenhadas.filter(({ msg, meia }) => msg.destino === 'perdida' && !meia);
    const retidas = this.desenhadas.filter(({ msg, p }) => msg.segura !== null && p.length > 2);
    const ha = this.desenhadas.length <= MUITAS;
    return [
      ...perdidas.map(({ p }) => quadrado(...p[p.length - 1], 11)),
      ...retidas.map(({ p }) => [p[1][0], p[1][1] - 2, p[2][0], p[1][1] + 2]),
      ...(ha ? this.aplicacoesVistas.map(ap => quadrado(this.x(ap.t), this.y(ap.faixa), 9)) : []),
      ...(ha ? this.marcasVistas.map(marca => quadrado(this.x(marca.t), this.y(marca.faixa), 6)) : []),
    ];
  }

  /** Escreve no primeiro lugar onde couber sem tocar em nada; diz se escreveu. Um lugar é [x, y, alinhamento]. */
  rotulo(palavras, lugares, cor, forte = false, fundo = this.tema.fundo) {
    const { ctx } = this;
    ctx.font = `${forte ? 600 : 400} ${this.letra - (forte ? 0 : 0.5)}px ${this.tema.letra}`;
    const l = ctx.measureText(palavras).width;
    const alto = this.letra * 0.62;
    for (const [onde, y, lado = 'direita'] of lugares) {
      const x = lado === 'esquerda' ? onde - l : onde;
      const r = [x - 3, y - alto, x + l + 3, y + alto];
      const dentro =
        r[0] >= this.esquerda && r[2] <= this.largura && r[1] >= this.alto - 6 && r[3] <= this.altura - this.baixo + 6;
      if (dentro && !this.rotulos.some(o => o[0] < r[2] && r[0] < o[2] && o[1] < r[3] && r[1] < o[3])) {
        this.rotulos.push(r);
        this.escritos.push({ palavras, r });
        ctx.textAlign = 'left';
        ctx.lineJoin = 'round';
        ctx.lineWidth = 4;
        ctx.strokeStyle = fundo;
        ctx.strokeText(palavras, x, y);
        ctx.fillStyle = cor;
        ctx.fillText(palavras, x, y);
        return true;
      }
    }
    return false;
  }

  escreverDivergencia() {
    const d = this.divergente;
    if (d && !this.futuro(d.t) && this.x(d.t) >= this.esquerda && this.x(d.t) <= this.largura) {
      const y = this.alto + this.letra * 0.8;
      const lugares = [
        [this.x(d.t) + 8, y],
        [this.x(d.t) - 8, y, 'esquerda'],
      ];
      this.rotulo(curto(`${d.conta} diverge`, 28), lugares, this.tema.nao, true);
    }
  }

  escreverAplicacoes() {
    const aps = this.aplicacoesVistas.filter(ap => !this.apagada(ap.id));
    if (aps.length > 160 && this.escolhida === null) {
      return;
    }
    aps.sort((a, b) => (b.resultado === 'RECUSADA') - (a.resultado === 'RECUSADA'));
    const como = { __proto__: null, RECUSADA: 'recusada · ', DUPLICADA: 'repetida · ' };
    for (const ap of aps.slice(0, 300)) {
      const contas = ap.contas.map((c, i) => `${curto(c, 14)} ${dinheiro(ap.depois[i])}`).join(' · ');
      const [x, y] = [this.x(ap.t), this.y(ap.faixa)];
      const abaixo = y + 20;
      const lugares = [
        [x - 6, abaixo],
        [x + 6, abaixo, 'esquerda'],
        [x - 6, y - 20],
        [x + 6, y - 20, 'esquerda'],
        [x - 6, abaixo + this.letra * 1.3],
      ];
      const tinta = ap.resultado === 'RECUSADA' ? this.tema.nao : this.tema.texto;
      this.rotulo(
        (como[ap.resultado] || '') + contas,
        lugares,
        tinta,
        this.escolhida !== null && this.escolhida === ap.id,
      );
    }
  }

  escreverMensagens(quais) {
    const { tema: cor } = this;
    const escolhida = msg => this.escolhida !== null && this.escolhida === msg.id;
    const legiveis = this.desenhadas.filter(d => d.msg.resumo && !this.apagada(d.msg.id) && quais(d));
    if (legiveis.length > CABEM_ROTULOS) {
      return;
    }
    legiveis.sort(
      (a, b) =>
        escolhida(b.msg) - escolhida(a.msg) ||
        a.msg.ruido - b.msg.ruido ||
        b.msg.controle - a.msg.controle || // é do que a cena trata, e são poucas
        a.msg.t0 - b.msg.t0,
    );
    const ditos = new Set();
    for (const d of legiveis) {
      const { msg } = d;
      const nome = nomeNoDiagrama(d);
      const chave = `${msg.id}|${msg.de}|${msg.resumo}`;
      if (nome === essencial(msg.resumo) && ditos.has(chave)) {
        continue; // a mesma coisa, dita a outro
      }
      const tinta = msg.destino === 'perdida' && !d.meia ? cor.nao : msg.controle ? cor.suave : this.corDe(msg.id);
      if (this.rotulo(curto(nome, 44), this.lugaresDaMensagem(d), tinta, escolhida(msg))) {
        ditos.add(chave);
      }
    }
  }

  /** Ao pé do ✕, do começo da espera, ou da seta; só onde ela se vê. */
  lugaresDaMensagem({ msg, p, meia }) {
    const [x, y] = p[p.length - 1];
    const linha = this.letra * 1.25;
    if (msg.destino === 'perdida' && !meia) {
      return [
        [x + 14, y],
        [x - 8, y + linha],
        [x + 8, y + linha, 'esquerda'],
        [x - 8, y - linha],
        [x + 8, y - linha, 'esquerda'],
        [x - 14, y, 'esquerda'],
      ];
    }
    if (msg.segura !== null && p.length > 2) {
      const inicio = Math.max(p[1][0], this.esquerda) + 10;
      return p[2][0] < this.esquerda ? [] : [-0.85, 0.85, -1.7, 1.7].map(f => [inicio, p[1][1] + linha * f]);
    }
    const [a, b] = [p[0], p[1] || p[0]];
    const noPonto = f => [a[0] + (b[0] - a[0]) * f, a[1] + (b[1] - a[1]) * f];
    return [0.32, 0.42, 0.52, 0.22, 0.62, 0.72, 0.82].flatMap(f => {
      const [px, py] = noPonto(f);
      return px < this.esquerda || px > this.largura
        ? []
        : [
            [px + 10, py],
            [px - 10, py, 'esquerda'],
          ];
    });
  }

  escreverChamadas() {
    for (const c of this.m.chamadas) {
      if (c.indeterminada && !this.apagada(c.id) && !this.futuro(c.t1) && this.passa(c.id)) {
        const lugares = [
          [this.x(c.t1) + 6, this.y(c.faixa) - 13],
          [this.x(c.t1), this.y(c.faixa) - 13, 'esquerda'],
        ];
        this.rotulo('sem resposta: indeterminada', lugares, this.tema.duvida, true);
      }
    }
  }

  escreverMarcas() {
    for (const marca of this.escolhida === null ? this.marcasVistas : []) {
      const [x, y] = [this.x(marca.t), this.y(marca.faixa)];
      const lugares = [y - 19, y + 19, y - 19 - this.letra * 1.25].flatMap(altura => [
        [x - 6, altura],
        [x + 6, altura, 'esquerda'],
      ]);
      this.rotulo(curto(marca.texto, 36), lugares, this.tema.texto);
    }
  }

  escreverFaixas() {
    for (const f of this.m.faixas) {
      const a = Math.max(this.x(f.t0), this.esquerda) + 8;
      const y = this.y(f.faixa);
      const nome = { __proto__: null, morto: 'processo morto', parado: 'processo parado' }[f.tipo];
      this.ctx.font = `400 ${this.letra}px ${this.tema.letra}`;
      if (nome && !this.futuro(f.t0) && this.x(f.t1) - a > this.ctx.measureText(nome).width + 6) {
        this.rotulo(
          nome,
          [
            [a, y - this.passoDaFaixa * 0.3 + this.letra * 0.8],
            [a, y + this.passoDaFaixa * 0.3 - this.letra * 0.8],
          ],
          this.tema.texto,
          true,
          this.tema.morto,
        );
      }
    }
  }
}

function nomeNoDiagrama({ msg, meia }) {
  const como =
    msg.destino === 'perdida' && !meia ? 'perdida: ' : msg.copia > 0 ? 'cópia: ' : msg.segura !== null ? 'retida: ' : '';
  return como + essencial(msg.resumo);
}

/** De uma resposta, o que cabe ao pé de uma seta; a dica e o painel dizem o resto. */
function essencial(resumo) {
  return resumo.replace(/^(ERRO [\w-]+):.*/, '$1').replace(/ resultado=(\w+).*/, ' $1');
}
