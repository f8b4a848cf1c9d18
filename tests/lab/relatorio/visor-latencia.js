// ───── A latência ─────

function graficoDeLatencia(m) {
  const feitas = m.parte === 1 ? [] : m.chamadas.filter(c => c.t1 !== null); // no multicast ninguém responde
  if (feitas.length === 0) {
    return null;
  }
  feitas.sort((a, b) => a.t0 - b.t0);
  const valores = feitas
    .filter(c => !c.indeterminada)
    .map(c => c.t1 - c.t0)
    .sort((a, b) => a - b);
  const percentil = p => valores[Math.min(valores.length - 1, Math.ceil(valores.length * p) - 1)];
  const semResposta = feitas.length - valores.length + m.chamadas.filter(c => c.t1 === null).length;
  const resumo = [
    `${valores.length} com resposta`,
    ...(valores.length > 0 ? [`metade até ${ms(percentil(0.5))}`, `99 % até ${ms(percentil(0.99))}`] : []),
    ...(semResposta > 0 ? [`${semResposta} sem resposta (✕)`] : []),
  ].join(' · ');
  const grafico = new Grafico('Latência de cada pedido: ' + resumo, (cor, letra) => {
    const positivos = feitas.map(c => Math.max(c.t1 - c.t0, 0.001));
    const log = Math.max(...positivos) > 40 * Math.max(percentil(0.5) || 0, 0.001) && feitas.length > 3;
    return {
      dados: [
        feitas.map(c => c.t0),
        feitas.map((c, i) => (c.indeterminada ? null : positivos[i])),
        feitas.map((c, i) => (c.indeterminada ? positivos[i] : null)),
      ],
      opcoes: {
        axes: eixos(cor, letra, log ? 'latência (ms, log)' : 'latência (ms)'),
        scales: {
          x: { time: false, range: [Math.max(0, feitas[0].t0 - m.fim * 0.05), m.fim] },
          y: log ? { distr: 3 } : { range: (u, min, max) => [0, max * 1.15 || 1] },
        },
        series: [
          {},
          {
            label: '',
            stroke: cor.clientes[0],
            fill: cor.clientes[0],
            paths: () => null,
            points: { show: true, size: feitas.length > 400 ? 5 : 9, fill: cor.clientes[0] },
          },
          { label: '', stroke: cor.nao, paths: () => null, points: { show: false } },
        ],
        hooks: {
          draw: [
            u => {
              u.ctx.save();
              u.ctx.strokeStyle = cor.nao;
              u.ctx.lineWidth = 3 * uPlot.pxRatio;
              feitas.forEach((c, i) => {
                if (c.indeterminada) {
                  const x = u.valToPos(c.t0, 'x', true);
                  const y = u.valToPos(positivos[i], 'y', true);
                  const r = 6 * uPlot.pxRatio;
                  u.ctx.beginPath();
                  u.ctx.moveTo(x - r, y - r);
                  u.ctx.lineTo(x + r, y + r);
                  u.ctx.moveTo(x - r, y + r);
                  u.ctx.lineTo(x + r, y - r);
                  u.ctx.stroke();
                }
              });
              u.ctx.restore();
            },
          ],
        },
      },
    };
  });
  graficos.push(grafico);
  return [el('p', { class: 'legenda-aviso' }, resumo), grafico.lugar];
}
