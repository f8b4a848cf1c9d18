// ───── Os saldos ─────

const TRACOS = [[], [8, 5], [2, 4], [12, 4, 2, 4], [4, 4], [16, 6]];

/** Os eixos de um gráfico que segue o tempo de uma execução. */
function eixosDoTempo(cor, letra, nomeY) {
  const redondo = v => (v === null ? '' : String(+v.toFixed(3)));
  const values = (u, vs) => vs.map(redondo);
  return [
    eixo(cor, letra, 'tempo (ms)', { labelSize: 24, size: 34, space: 90, values }),
    eixo(cor, letra, nomeY, { size: 68, values }),
  ];
}

/** Desde quando o rastro deixa de dizer que saldos ela tem, até que aplique de novo: morreu, ou adotou um instantâneo. */
function esquecimentos(m, replica) {
  const mortes = m.faixas.filter(f => f.tipo === 'morto' && m.processos[f.faixa] === replica).map(f => f.t0);
  return mortes.concat(m.marcas.filter(x => x.adotou && x.processo === replica).map(x => x.t));
}

/** Uma linha por réplica, em degraus. */
class Saldos {
  /** @param divergencias as contas que acabam diferentes, e desde quando */
  constructor(m, contas, divergencias) {
    this.m = m;
    this.divergencias = divergencias;
    this.legenda = el('ul', { class: 'legenda' });
    this.aviso = el('p', { class: 'legenda-aviso' });
    this.escolha = el('select', { class: 'conta' }, contas.map(c => opcao(c, c + (this.daConta(c) ? ' (diverge)' : ''))));
    this.escolha.value = divergencias.length > 0 ? divergencias[0].conta : contas[0];
    this.grafico = new Grafico('Saldo da conta em cada réplica, ao longo do tempo', (cor, letra) => this.montar(cor, letra));
    this.escolha.addEventListener('change', () => this.grafico.refazer());
  }

  elementos() {
    return [el('label', { class: 'campo' }, 'conta ', this.escolha), this.aviso, this.grafico.lugar, this.legenda];
  }

  daConta(conta) {
    return this.divergencias.find(d => d.conta === conta);
  }

  montar(cor, letra) {
    const conta = this.escolha.value;
    const d = this.daConta(conta);
    const [xs, linhas] = this.degraus(conta);
    const desde = d && d.id !== null ? d.t : null;
    this.dizerDivergencia(conta, d);
    this.grafico.lugar.dataset.divergencia = desde === null ? '' : String(desde);
    this.montarLegenda(cor);
    this.dizer(linhas, xs.length - 1);
    return {
      dados: [xs, ...linhas],
      opcoes: {
        axes: eixosDoTempo(cor, letra, 'saldo'),
        series: [{}, ...this.m.replicas.map((r, i) => this.serie(cor, i))],
        hooks: {
          setCursor: [u => this.dizer(linhas, u.cursor.idx ?? xs.length - 1)],
          draw: [u => desde !== null && marcar(u, desde, cor, letra)],
        },
      },
    };
  }

  serie(cor, i) {
    return {
      label: '',
      stroke: cor.clientes[i % 6] + (i === 0 ? '99' : ''), // a primeira, larga e clara: vê-se por baixo das que a tapam
      width: i === 0 ? 6 : 3,
      dash: TRACOS[i % 6],
      points: { show: false },
      paths: uPlot.paths.stepped({ align: 1 }),
    };
  }

  /** Os instantes em que algum saldo muda, e em cada um deles o saldo em cada réplica; null onde não se sabe. */
  degraus(conta) {
    const { m } = this;
    const saldo = ap => ap.depois[ap.contas.indexOf(conta)];
    const passos = m.aplicacoes.filter(ap => ap.contas.includes(conta) && Number.isFinite(saldo(ap)));
    const somem = m.replicas.flatMap(r => esquecimentos(m, r).map(t => ({ t, processo: r, some: true })));
    const comeco = Math.max(0, Math.min(m.fim, ...passos.map(p => p.t)) - m.fim * 0.05);
    const instantes = [comeco, ...passos.map(p => p.t), ...somem.map(f => f.t).filter(t => t > comeco), m.fim];
    const xs = [...new Set(instantes)].sort((a, b) => a - b);
    const linhas = m.replicas.map(replica => {
      const pontos = [...passos, ...somem].filter(p => p.processo === replica).sort((a, b) => a.t - b.t);
      let i = 0;
      let valor = 0;
      return xs.map(x => {
        for (; i < pontos.length && pontos[i].t <= x; i++) {
          valor = pontos[i].some ? null : saldo(pontos[i]);
        }
        return valor;
      });
    });
    return [xs, linhas];
  }

  montarLegenda(cor) {
    this.legenda.replaceChildren(
      ...this.m.replicas.map((r, i) => el('li', {}, amostra(cor, i), r, el('strong', { class: 'numero' }, ''))),
    );
    this.leitura = [...this.legenda.querySelectorAll('strong')];
  }

  /** O saldo de cada réplica num destes instantes. */
  dizer(linhas, i) {
    linhas.forEach((l, replica) => {
      this.leitura[replica].textContent = l[i] === null || l[i] === undefined ? '—' : dinheiro(l[i]);
    });
  }

  dizerDivergencia(conta, d) {
    this.aviso.textContent = !d
      ? `Não se viu divergência na conta ${conta}.`
      : d.id === null
        ? `A conta ${conta} acaba diferente; o rastro não diz desde quando.`
        : `A conta ${conta} diverge a partir de ${ms(d.t)}.`;
    this.aviso.className = 'legenda-aviso' + (d ? ' diverge' : '');
  }
}

function graficoDeSaldos(m, divergencias) {
  const contas = [...new Set(m.aplicacoes.flatMap(ap => ap.contas))].sort();
  return contas.length === 0
    ? el('p', { class: 'suave' }, 'O rastro não tem aplicações: não há saldos para mostrar.')
    : new Saldos(m, contas, divergencias).elementos();
}

/** O traço de uma réplica, para a legenda. */
function amostra(cor, i) {
  const risco = el('canvas', { width: 44, height: 16, class: 'amostra', 'aria-hidden': true });
  const c = risco.getContext('2d');
  c.strokeStyle = cor.clientes[i % 6];
  c.lineWidth = i === 0 ? 6 : 3;
  c.globalAlpha = i === 0 ? 0.6 : 1;
  c.setLineDash(TRACOS[i % 6]);
  risca(c, 0, 8, 44, 8);
  return risco;
}

/** Marca um instante com uma linha de alto a baixo. */
function marcar(u, t, cor, letra) {
  const { bbox } = u;
  const x = u.valToPos(t, 'x', true);
  if (x < bbox.left || x > bbox.left + bbox.width) {
    return;
  }
  porCima(u, (ctx, e) => {
    ctx.strokeStyle = ctx.fillStyle = cor.nao;
    ctx.lineWidth = 2 * e;
    ctx.setLineDash([3 * e, 4 * e]);
    risca(ctx, x, bbox.top, x, bbox.top + bbox.height);
    ctx.font = `700 ${letra * e}px ${cor.letra}`;
    const direita = x < bbox.left + bbox.width * 0.65;
    ctx.textAlign = direita ? 'left' : 'right';
    ctx.textBaseline = 'top';
    ctx.setLineDash([]);
    ctx.lineWidth = 5 * e;
    ctx.strokeStyle = cor.fundo;
    ctx.strokeText('diverge aqui', x + (direita ? 8 : -8) * e, bbox.top + 4 * e);
    ctx.fillText('diverge aqui', x + (direita ? 8 : -8) * e, bbox.top + 4 * e);
  });
}
