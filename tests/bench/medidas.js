'use strict';
// O visor das medidas. Todo texto entra por textContent ou fillText: nunca como marcação.
(() => {
  const texto = v => (v === undefined || v === null ? '' : String(v));
  const numero = v => v.toLocaleString('pt-BR', Math.abs(v) < 1000 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 });

  /** Cria um elemento; os filhos que são texto continuam texto. */
  function el(nome, atributos = {}, ...filhos) {
    const e = document.createElement(nome);
    Object.entries(atributos).forEach(([chave, valor]) => e.setAttribute(chave, valor));
    e.append(...filhos.flat().filter(f => f !== null));
    return e;
  }

  // ───── Tabelas ─────

  const SELOS = { __proto__: null, sim: 'sim', NÃO: 'nao', desconhecido: 'duvida' };

  function celula(valor, i) {
    const selo = SELOS[valor];
    return el(i === 0 ? 'th' : 'td', i === 0 ? { scope: 'row' } : {}, selo ? el('span', { class: 'selo ' + selo }, valor) : valor);
  }

  const tabela = t =>
    el(
      'section',
      { class: 'cartao' },
      el('h2', {}, texto(t.titulo)),
      el(
        'div',
        { class: 'rolar', tabindex: 0, role: 'region', 'aria-label': texto(t.titulo) },
        el(
          'table',
          { class: 'tabela' },
          el('thead', {}, el('tr', {}, t.colunas.map(c => el('th', { scope: 'col' }, c)))),
          el('tbody', {}, t.linhas.map(l => el('tr', {}, l.map(celula)))),
        ),
      ),
    );

  // ───── Gráficos ─────

  /** Uma linha por sistema, com um traço do mínimo ao máximo em cada ponto; os valores do eixo x ficam à mesma distância. */
  class Grafico {
    constructor(g) {
      this.g = g;
      this.xs = [...new Set(g.series.flatMap(s => s.pontos.map(p => p[0])))].sort((a, b) => a - b);
      this.linhas = g.series.map(s => this.xs.map(x => s.pontos.find(p => p[0] === x) || null));
      this.lugar = el('div', { class: 'grafico', role: 'img', 'aria-label': g.titulo });
      this.leitura = el('p', { class: 'legenda-aviso', 'aria-live': 'polite' }, '');
      this.cartao = el(
        'section',
        { class: 'cartao' },
        el('h3', {}, g.titulo),
        this.lugar,
        el(
          'ul',
          { class: 'legenda' },
          g.series.map((s, i) => el('li', {}, el('span', { class: 'marca cliente cor-' + (1 + (i % 6)), 'aria-hidden': true }), s.nome)),
        ),
        this.leitura,
      );
      this.ler(this.xs.length - 1);
      new ResizeObserver(() => this.lugar.clientWidth !== this.feitoPara && this.refazer()).observe(this.lugar);
    }

    /** Diz por extenso os valores de uma coluna. */
    ler(i) {
      const ditos = this.linhas.map((l, s) => l[i] && `${this.g.series[s].nome} ${numero(l[i][1])}`).filter(d => d);
      this.leitura.textContent = `${numero(this.xs[i])} ${this.g.eixo}, em ${this.g.unidade}: ${ditos.join('; ')}`;
    }

    refazer() {
      const largura = matchMedia('print').matches ? 500 : this.lugar.clientWidth;
      if (largura < 40) {
        return;
      }
      this.feitoPara = this.lugar.clientWidth;
      this.u?.destroy();
      const estilo = getComputedStyle(document.documentElement);
      const cor = nome => estilo.getPropertyValue('--' + nome).trim();
      const tinta = i => cor('cor-' + (1 + (i % 6)));
      const fonte = '14px ' + cor('letra');
      const eixo = { stroke: cor('suave'), font: fonte, labelFont: fonte, grid: { stroke: cor('grade') }, ticks: { stroke: cor('grade') } };
      const todos = this.linhas.flat().filter(p => p);
      const menor = Math.min(...todos.map(p => p[2]));
      const maior = Math.max(...todos.map(p => p[3]));
      const largo = menor > 0 && maior > 20 * menor; // então a escala é logarítmica
      const inteiras = (u, vs) => vs.map(v => (largo && Math.log10(v) % 1 !== 0 ? null : v));
      this.u = new uPlot(
        {
          width: largura,
          height: 300,
          legend: { show: false },
          cursor: { y: false, drag: { x: false, y: false } },
          scales: {
            x: { time: false, range: [-0.3, this.xs.length - 0.7] },
            y: largo ? { distr: 3, range: [menor / 1.3, maior * 1.3] } : { range: [0, maior * 1.08] },
          },
          axes: [
            { ...eixo, label: this.g.eixo, splits: () => this.xs.map((x, i) => i), values: () => this.xs.map(numero) },
            { ...eixo, label: this.g.unidade, size: 84, grid: { ...eixo.grid, filter: inteiras }, values: (u, vs) => vs.map(v => (v === null ? '' : numero(v))) },
          ],
          series: [{}, ...this.g.series.map((s, i) => ({ stroke: tinta(i), width: 2, spanGaps: true, points: { show: true, size: 8, fill: tinta(i) } }))],
          hooks: {
            draw: [u => this.tracos(u, tinta)],
            setCursor: [u => u.cursor.idx !== null && u.cursor.idx !== undefined && this.ler(u.cursor.idx)],
          },
        },
        [this.xs.map((x, i) => i), ...this.linhas.map(l => l.map(p => (p ? p[1] : null)))],
        this.lugar,
      );
    }

    tracos(u, tinta) {
      u.ctx.save();
      u.ctx.lineWidth = 2 * uPlot.pxRatio;
      this.linhas.forEach((l, s) =>
        l.forEach((p, i) => {
          if (p) {
            const x = u.valToPos(i, 'x', true);
            u.ctx.strokeStyle = tinta(s);
            u.ctx.beginPath();
            u.ctx.moveTo(x, u.valToPos(p[2], 'y', true));
            u.ctx.lineTo(x, u.valToPos(p[3], 'y', true));
            u.ctx.stroke();
          }
        }),
      );
      u.ctx.restore();
    }
  }

  const dados = JSON.parse(document.getElementById('dados').textContent);
  document.title = texto(dados.titulo);
  document.getElementById('titulo').textContent = texto(dados.titulo);
  document.getElementById('indice').append(el('span', { class: 'suave' }, texto(dados.maquina)));
  const graficos = dados.graficos.map(g => new Grafico(g));
  document
    .getElementById('conteudo')
    .append(...dados.primeiras.map(tabela), el('div', { class: 'duas' }, graficos.map(g => g.cartao)), ...dados.tabelas.map(tabela));
  const redesenhar = () => graficos.forEach(g => g.refazer());
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redesenhar);
  matchMedia('print').addEventListener('change', redesenhar);
})();
