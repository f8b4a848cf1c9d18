// ───── Os gráficos ─────

const graficos = [];

const TRACOS = [[], [8, 5], [2, 4], [12, 4, 2, 4], [4, 4], [16, 6]];

function eixos(cor, letra, nomeY) {
  const comum = {
    stroke: cor.suave,
    font: `${letra}px ${cor.letra}`,
    labelFont: `600 ${letra}px ${cor.letra}`,
    grid: { stroke: cor.grade, width: 1 },
    ticks: { stroke: cor.grade, width: 1 },
  };
  return [
    {
      ...comum,
      label: 'tempo (ms)',
      labelSize: 24,
      size: 34,
      space: 90,
      values: (u, vs) => vs.map(v => String(+v.toFixed(3))),
    },
    {
      ...comum,
      label: nomeY,
      labelSize: 26,
      size: 68,
      values: (u, vs) => vs.map(v => (v === null ? '' : String(+v.toFixed(3)))),
    },
  ];
}

/** Um gráfico do uPlot que se refaz quando o tema, a largura ou os dados mudam. */
class Grafico {
  constructor(rotulo, montar) {
    this.montar = montar;
    this.lugar = el('div', { class: 'grafico', role: 'img', 'aria-label': rotulo });
    new ResizeObserver(() => this.lugar.clientWidth !== this.feitoPara && this.refazer()).observe(this.lugar);
  }

  refazer() {
    const largura = impressao.matches ? 500 : this.lugar.clientWidth;
    if (largura < 40) {
      return;
    }
    this.feitoPara = this.lugar.clientWidth;
    if (this.u) {
      this.u.destroy();
    }
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

/** Desde quando o rastro deixa de dizer que saldos ela tem, até que aplique de novo: morreu, ou adotou um instantâneo. */
function esquecimentos(m, replica) {
  const mortes = m.faixas.filter(f => f.tipo === 'morto' && m.processos[f.faixa] === replica).map(f => f.t0);
  return mortes.concat(m.marcas.filter(x => x.adotou && x.processo === replica).map(x => x.t));
}

function graficoDeSaldos(m, achadas) {
  const contas = [...new Set(m.aplicacoes.flatMap(ap => ap.contas))].sort();
  if (contas.length === 0) {
    return el('p', { class: 'suave' }, 'O rastro não tem aplicações: não há saldos para mostrar.');
  }
  const escolha = el(
    'select',
    { class: 'conta' },
    contas.map(c => {
      const d = achadas.some(a => a.conta === c);
      const o = el('option', {}, c + (d ? ' (diverge)' : ''));
      o.value = c;
      return o;
    }),
  );
  escolha.value = achadas.length > 0 ? achadas[0].conta : contas[0];
  const legenda = el('ul', { class: 'legenda' });
  const aviso = el('p', { class: 'legenda-aviso' });
  let leitura = [];
  const grafico = new Grafico('Saldo da conta em cada réplica, ao longo do tempo', (cor, letra) => {
    const conta = escolha.value;
    const d = achadas.find(a => a.conta === conta);
    const passos = m.aplicacoes.filter(
      ap => ap.contas.includes(conta) && Number.isFinite(ap.depois[ap.contas.indexOf(conta)]),
    );
    const mortes = m.replicas.flatMap(r => esquecimentos(m, r).map(t => ({ t, processo: r, some: true })));
    const comeco = Math.max(0, Math.min(m.fim, ...passos.map(p => p.t)) - m.fim * 0.05);
    const xs = [
      ...new Set([comeco, ...passos.map(p => p.t), ...mortes.map(f => f.t).filter(t => t > comeco), m.fim]),
    ].sort((a, b) => a - b);
    const linhas = m.replicas.map(replica => {
      const pontos = [...passos.filter(p => p.processo === replica), ...mortes.filter(f => f.processo === replica)].sort(
        (a, b) => a.t - b.t,
      );
      let i = 0;
      let valor = 0;
      return xs.map(x => {
        for (; i < pontos.length && pontos[i].t <= x; i++) {
          valor = pontos[i].some ? null : pontos[i].depois[pontos[i].contas.indexOf(conta)];
        }
        return valor;
      });
    });
    legenda.replaceChildren(
      ...m.replicas.map((replica, i) => {
        const risco = el('canvas', { width: 44, height: 16, class: 'amostra', 'aria-hidden': true });
        const c = risco.getContext('2d');
        c.strokeStyle = cor.clientes[i % 6];
        c.lineWidth = i === 0 ? 6 : 3;
        c.globalAlpha = i === 0 ? 0.6 : 1;
        c.setLineDash(TRACOS[i % 6]);
        c.beginPath();
        c.moveTo(0, 8);
        c.lineTo(44, 8);
        c.stroke();
        return el('li', {}, risco, replica, el('strong', { class: 'numero' }, ''));
      }),
    );
    leitura = [...legenda.querySelectorAll('strong')];
    const dizer = idx =>
      linhas.forEach((l, i) => {
        leitura[i].textContent = l[idx] === null || l[idx] === undefined ? '—' : dinheiro(l[idx]);
      });
    dizer(xs.length - 1);
    aviso.textContent = !d
      ? `Não se viu divergência na conta ${conta}.`
      : d.id === null
        ? `A conta ${conta} acaba diferente; o rastro não diz desde quando.`
        : `A conta ${conta} diverge a partir de ${ms(d.t)}.`;
    aviso.className = 'legenda-aviso' + (d ? ' diverge' : '');
    grafico.lugar.dataset.divergencia = d && d.id !== null ? String(d.t) : '';
    return {
      dados: [xs, ...linhas],
      opcoes: {
        axes: eixos(cor, letra, 'saldo'),
        series: [
          {},
          ...m.replicas.map((r, i) => ({
            label: '',
            stroke: cor.clientes[i % 6] + (i === 0 ? '99' : ''),
            width: i === 0 ? 6 : 3,
            dash: TRACOS[i % 6],
            points: { show: false },
            paths: uPlot.paths.stepped({ align: 1 }),
          })),
        ],
        hooks: {
          setCursor: [u => dizer(u.cursor.idx === null || u.cursor.idx === undefined ? xs.length - 1 : u.cursor.idx)],
          draw: [u => d && d.id !== null && marcar(u, d.t, cor, letra)],
        },
      },
    };
  });
  escolha.addEventListener('change', () => grafico.refazer());
  graficos.push(grafico);
  return [el('label', { class: 'campo' }, 'conta ', escolha), aviso, grafico.lugar, legenda];
}

/** Marca um instante com uma linha de alto a baixo. */
function marcar(u, t, cor, letra) {
  const { ctx, bbox } = u;
  const x = u.valToPos(t, 'x', true);
  if (x < bbox.left || x > bbox.left + bbox.width) {
    return;
  }
  const e = uPlot.pxRatio;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = cor.nao;
  ctx.lineWidth = 2 * e;
  ctx.setLineDash([3 * e, 4 * e]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.font = `700 ${letra * e}px ${cor.letra}`;
  const direita = x < bbox.left + bbox.width * 0.65;
  ctx.textAlign = direita ? 'left' : 'right';
  ctx.textBaseline = 'top';
  ctx.setLineDash([]);
  ctx.lineWidth = 5 * e;
  ctx.strokeStyle = cor.fundo;
  ctx.strokeText('diverge aqui', x + (direita ? 8 : -8) * e, bbox.top + 4 * e);
  ctx.fillText('diverge aqui', x + (direita ? 8 : -8) * e, bbox.top + 4 * e);
  ctx.restore();
}
