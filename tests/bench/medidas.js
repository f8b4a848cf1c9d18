// ───── O visor das medidas ─────

const numero = v =>
  v.toLocaleString('pt-BR', Math.abs(v) < 1000 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 });

/** Uma linha por sistema, com um traço do mínimo ao máximo em cada ponto; os valores do eixo x ficam à mesma distância. */
class Comparacao {
  constructor(g) {
    this.g = g;
    this.xs = [...new Set(g.series.flatMap(s => s.pontos.map(p => p[0])))].sort((a, b) => a - b);
    this.linhas = g.series.map(s => this.xs.map(x => s.pontos.find(p => p[0] === x) || null));
    const todos = this.linhas.flat().filter(p => p);
    this.menor = Math.min(...todos.map(p => p[2]));
    this.maior = Math.max(...todos.map(p => p[3]));
    this.largo = this.menor > 0 && this.maior > 20 * this.menor; // então a escala é logarítmica
    this.grafico = new Grafico(g.titulo, (cor, letra) => this.montar(cor, letra));
    this.leitura = el('p', { class: 'legenda-aviso', 'aria-live': 'polite' });
    this.ler(this.xs.length - 1);
  }

  cartao() {
    const marca = i => el('span', { class: 'marca cliente cor-' + (1 + (i % 6)), 'aria-hidden': true });
    const legenda = this.g.series.map((s, i) => el('li', {}, marca(i), s.nome));
    return el(
      'section',
      { class: 'cartao' },
      el('h3', {}, this.g.titulo),
      this.grafico.lugar,
      el('ul', { class: 'legenda' }, legenda),
      this.leitura,
    );
  }

  /** Diz por extenso os valores de uma coluna. */
  ler(i) {
    const ditos = this.linhas.map((l, s) => l[i] && `${this.g.series[s].nome} ${numero(l[i][1])}`).filter(d => d);
    this.leitura.textContent = `${numero(this.xs[i])} ${this.g.eixo}, em ${this.g.unidade}: ${ditos.join('; ')}`;
  }

  montar(cor, letra) {
    const lugares = this.xs.map((x, i) => i);
    const tinta = i => cor.clientes[i % 6];
    const { menor, maior } = this;
    return {
      dados: [lugares, ...this.linhas.map(l => l.map(p => (p ? p[1] : null)))],
      opcoes: {
        cursor: { y: false, drag: { x: false, y: false } },
        scales: {
          x: { time: false, range: [-0.3, this.xs.length - 0.7] },
          y: this.largo ? { distr: 3, range: [potencia(menor), maior * 1.3] } : { range: [0, maior * 1.08] },
        },
        axes: [
          eixo(cor, letra, this.g.eixo, { splits: () => lugares, values: () => this.xs.map(numero) }),
          this.eixoDosValores(cor, letra),
        ],
        series: [{}, ...this.g.series.map((s, i) => serie(tinta(i)))],
        hooks: {
          draw: [u => this.tracos(u, tinta)],
          setCursor: [u => u.cursor.idx !== null && u.cursor.idx !== undefined && this.ler(u.cursor.idx)],
        },
      },
    };
  }

  /** Numa escala logarítmica, só as potências de dez. */
  eixoDosValores(cor, letra) {
    const inteiras = (u, vs) => vs.map(v => (this.largo && Math.log10(v) % 1 !== 0 ? null : v));
    return eixo(cor, letra, this.g.unidade, {
      size: 84,
      grid: { stroke: cor.grade, width: 1, filter: inteiras },
      values: (u, vs) => vs.map(v => (v === null ? '' : numero(v))),
    });
  }

  /** Do mínimo ao máximo. */
  tracos(u, tinta) {
    porCima(u, (ctx, e) => {
      ctx.lineWidth = 2 * e;
      this.linhas.forEach((l, s) => {
        ctx.strokeStyle = tinta(s);
        l.forEach((p, i) => {
          const x = u.valToPos(i, 'x', true);
          p && risca(ctx, x, u.valToPos(p[2], 'y', true), x, u.valToPos(p[3], 'y', true));
        });
      });
    });
  }
}

/** A potência de dez em que ele está: começada noutro número, uma escala logarítmica não mostra nenhuma. */
function potencia(v) {
  return 10 ** Math.floor(Math.log10(v));
}

function serie(tinta) {
  return { stroke: tinta, width: 2, spanGaps: true, points: { show: true, size: 8, fill: tinta } };
}

function abrirMedidas(dados) {
  intitular(dados.titulo);
  document.getElementById('indice').append(el('span', { class: 'suave' }, texto(dados.maquina)));
  const cartoes = dados.graficos.map(g => new Comparacao(g).cartao());
  document
    .getElementById('conteudo')
    .append(...dados.primeiras.map(tabela), el('div', { class: 'duas' }, cartoes), ...dados.tabelas.map(tabela));
  aoMudarDeCores(() => Grafico.refazerTodos());
}

abrirMedidas(JSON.parse(document.getElementById('dados').textContent));
