// ───── Os gráficos, do uPlot ─────

/** Um eixo com o aspecto da página; resto: outras opções do uPlot. */
function eixo(cor, letra, nome, resto) {
  return {
    stroke: cor.suave,
    font: `${letra}px ${cor.letra}`,
    labelFont: `600 ${letra}px ${cor.letra}`,
    grid: { stroke: cor.grade, width: 1 },
    ticks: { stroke: cor.grade, width: 1 },
    label: nome,
    labelSize: 26,
    ...resto,
  };
}

/** Um gráfico que se refaz quando o tema, a largura ou os dados mudam. */
class Grafico {
  static todos = [];

  /** @param montar das cores e do tamanho da letra faz as opções do uPlot e os dados */
  constructor(rotulo, montar) {
    this.montar = montar;
    this.lugar = el('div', { class: 'grafico', role: 'img', 'aria-label': rotulo });
    new ResizeObserver(() => this.lugar.clientWidth !== this.feitoPara && this.refazer()).observe(this.lugar);
    Grafico.todos.push(this);
  }

  static refazerTodos() {
    Grafico.todos.forEach(g => g.refazer());
  }

  refazer() {
    const largura = impressao.matches ? 500 : this.lugar.clientWidth;
    if (largura < 40) {
      return;
    }
    this.feitoPara = this.lugar.clientWidth;
    this.u?.destroy();
    const letra = limitar(parseFloat(getComputedStyle(this.lugar).fontSize) * 0.84, 13, 17);
    const { opcoes, dados } = this.montar(tema(), letra);
    this.u = new uPlot(
      {
        width: largura,
        height: 300,
        legend: { show: false },
        cursor: { y: false, drag: { x: true, y: false } },
        scales: { x: { time: false } },
        ...opcoes,
      },
      dados,
      this.lugar,
    );
  }
}

/** Desenha por cima do gráfico; o que muda no pincel fica só ali. e: os pixels de um ponto. */
function porCima(u, desenhar) {
  u.ctx.save();
  desenhar(u.ctx, uPlot.pxRatio);
  u.ctx.restore();
}

/** Um traço entre dois pontos. */
function risca(ctx, xa, ya, xb, yb) {
  ctx.beginPath();
  ctx.moveTo(xa, ya);
  ctx.lineTo(xb, yb);
  ctx.stroke();
}
