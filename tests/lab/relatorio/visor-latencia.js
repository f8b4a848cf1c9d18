// ───── A latência ─────

/** Um ponto por pedido com resposta, um ✕ por um que desistiu de esperar. */
class Latencia {
  /** @param feitas os pedidos que acabaram, pela ordem em que começaram */
  constructor(m, feitas) {
    this.m = m;
    this.feitas = feitas;
    const valores = feitas.filter(c => !c.indeterminada).map(c => c.t1 - c.t0);
    this.valores = valores.sort((a, b) => a - b);
    this.resumo = this.resumir();
    this.grafico = new Grafico('Latência de cada pedido: ' + this.resumo, (cor, letra) => this.montar(cor, letra));
  }

  elementos() {
    return [el('p', { class: 'legenda-aviso' }, this.resumo), this.grafico.lugar];
  }

  percentil(p) {
    return this.valores[Math.min(this.valores.length - 1, Math.ceil(this.valores.length * p) - 1)];
  }

  resumir() {
    const { valores, feitas, m } = this;
    const semResposta = feitas.length - valores.length + m.chamadas.filter(c => c.t1 === null).length;
    return [
      `${valores.length} com resposta`,
      ...(valores.length > 0 ? [`metade até ${ms(this.percentil(0.5))}`, `99 % até ${ms(this.percentil(0.99))}`] : []),
      ...(semResposta > 0 ? [`${semResposta} sem resposta (✕)`] : []),
    ].join(' · ');
  }

  montar(cor, letra) {
    const { feitas, m } = this;
    const demoras = feitas.map(c => Math.max(c.t1 - c.t0, 0.001));
    const log = Math.max(...demoras) > 40 * Math.max(this.percentil(0.5) || 0, 0.001) && feitas.length > 3;
    const tinta = cor.clientes[0];
    const pontos = { show: true, size: feitas.length > 400 ? 5 : 9, fill: tinta };
    return {
      dados: [
        feitas.map(c => c.t0),
        feitas.map((c, i) => (c.indeterminada ? null : demoras[i])),
        feitas.map((c, i) => (c.indeterminada ? demoras[i] : null)),
      ],
      opcoes: {
        axes: eixosDoTempo(cor, letra, log ? 'latência (ms, log)' : 'latência (ms)'),
        scales: {
          x: { time: false, range: [Math.max(0, feitas[0].t0 - m.fim * 0.05), m.fim] },
          y: log ? { distr: 3 } : { range: (u, min, max) => [0, max * 1.15 || 1] },
        },
        series: [
          {},
          { label: '', stroke: tinta, fill: tinta, paths: () => null, points: pontos },
          { label: '', stroke: cor.nao, paths: () => null, points: { show: false } },
        ],
        hooks: { draw: [u => this.cruzar(u, demoras, cor)] },
      },
    };
  }

  /** As que desistiram. */
  cruzar(u, demoras, cor) {
    porCima(u, (ctx, e) => {
      ctx.strokeStyle = cor.nao;
      ctx.lineWidth = 3 * e;
      this.feitas.forEach((c, i) => {
        if (c.indeterminada) {
          const [x, y, r] = [u.valToPos(c.t0, 'x', true), u.valToPos(demoras[i], 'y', true), 6 * e];
          risca(ctx, x - r, y - r, x + r, y + r);
          risca(ctx, x - r, y + r, x + r, y - r);
        }
      });
    });
  }
}

/** null se nenhum pedido teve resposta: no multicast ninguém responde. */
function graficoDeLatencia(m) {
  const feitas = m.parte === 1 ? [] : m.chamadas.filter(c => c.t1 !== null);
  return feitas.length === 0 ? null : new Latencia(m, feitas.sort((a, b) => a.t0 - b.t0)).elementos();
}
