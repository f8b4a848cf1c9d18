// ───── Passo a passo ─────

/** Tudo o que acontece, por ordem, cada coisa numa frase: {t, faixa, id, frase, nota}. */
function passosDe(m) {
  return [
    ...m.chamadas.flatMap(c => passosDaChamada(m, c)),
    ...m.mensagens.filter(msg => !msg.ruido && msg.de >= 0 && msg.para >= 0).flatMap(msg => passosDaMensagem(m, msg)),
    ...m.aplicacoes.map(ap => passoDaAplicacao(m, ap)),
    ...m.faltas.flatMap(f => passosDaFalta(m, f)),
    ...m.marcas.map(marca => ({
      t: marca.t,
      faixa: marca.faixa,
      id: null,
      frase: `${marca.processo}: ${marca.texto}`,
    })),
    ...m.notas.map((n, i) => ({ t: n.t, faixa: -1, id: null, frase: `${i + 1}. ${n.texto}`, nota: i })),
  ].sort((a, b) => a.t - b.t);
}

const nomeDa = (m, id) => (id !== null && m.operacoes.has(id) ? m.operacoes.get(id).nome : 'uma operação');

function passosDaChamada(m, c) {
  const pede = { t: c.t0, faixa: c.faixa, id: c.id, frase: `${c.cliente} pede: ${nomeDa(m, c.id)}` };
  if (c.t1 === null || m.parte === 1) {
    return [pede];
  }
  const fim = c.indeterminada ? 'desiste, sem saber se valeu' : `ouve: ${c.resposta}`;
  return [pede, { t: c.t1, faixa: c.faixa, id: c.id, frase: `${c.cliente} ${fim}` }];
}

function passosDaMensagem(m, msg) {
  const [de, para] = [m.processos[msg.de], m.processos[msg.para]];
  const oQue =
    (msg.copia > 0 ? 'uma cópia de ' : '') + msg.resumo + (msg.seq === undefined ? '' : ` (seq ${texto(msg.seq)})`);
  const passo = (t, faixa, frase) => ({ t, faixa, id: msg.id, frase });
  const passos = [];
  if (msg.segura !== null) {
    passos.push(passo(msg.segura, msg.de, `fica retida na rede, de ${de} a ${para}: ${oQue}`));
  }
  if (msg.solta !== null) {
    passos.push(passo(msg.solta, msg.de, `a rede solta, de ${de} a ${para}: ${oQue}`));
  }
  if (msg.destino === 'perdida') {
    passos.push(passo(msg.t1, msg.de, `perde-se, de ${de} a ${para}: ${oQue}`));
  } else if (msg.t1 !== null && !m.clientes.includes(para)) {
    passos.push(passo(msg.t1, msg.para, `${para} recebe de ${de}: ${oQue}`));
  }
  return passos;
}

function passoDaAplicacao(m, ap) {
  const verbo = { __proto__: null, APLICADA: 'aplica', RECUSADA: 'recusa', DUPLICADA: 'reconhece, já feita:' };
  const saldos = ap.contas.map((c, i) => `${c} tem ${dinheiro(ap.depois[i])}`).join(', ');
  const frase = `${ap.processo} ${verbo[ap.resultado] || ap.resultado} ${nomeDa(m, ap.id)}; ${saldos}`;
  return { t: ap.t, faixa: ap.faixa, id: ap.id, frase };
}

function passosDaFalta(m, f) {
  const faixa = m.lugar.get(f.alvo) ?? -1;
  const inicio = { t: f.t0, faixa, id: null, frase: `falta: ${f.texto}` };
  const acaba = f.t1 !== null && f.t1 < m.fim;
  return acaba ? [inicio, { t: f.t1, faixa, id: null, frase: `acaba a falta: ${f.texto}` }] : [inicio];
}

/** Os botões e a frase do passo em que se está; o que vem depois dele ainda não se vê no diagrama. */
class Passos {
  constructor(m, diagrama, aoMudar) {
    this.todos = passosDe(m);
    this.diagrama = diagrama;
    this.aoMudar = aoMudar;
    this.frase = el('p', { class: 'frase', role: 'status' });
    this.tudo = botao('tudo', 'tudo: sair do passo a passo', () => this.ir(null));
    this.caixa = el(
      'div',
      { class: 'passos' },
      el(
        'div',
        { class: 'grupo' },
        botao('◀ passo', 'passo anterior (seta esquerda)', () => this.andar(-1)),
        botao('passo ▶', 'passo seguinte (seta direita)', () => this.andar(1)),
        this.tudo,
      ),
      this.frase,
    );
    this.dizer();
  }

  /** Os que o filtro deixa. */
  lista() {
    return this.todos.filter(p => (p.id === null ? this.diagrama.filtro === '' : this.diagrama.passa(p.id)));
  }

  andar(quantos) {
    const lista = this.lista();
    const aqui = lista.indexOf(this.diagrama.passo);
    if (lista.length > 0) {
      const depois =
        this.diagrama.passo === null ? (quantos > 0 ? this.primeiroAVista(lista) : lista.length - 1) : aqui + quantos;
      this.ir(lista[limitar(depois, 0, lista.length - 1)]);
    }
  }

  /** Começa-se onde se está a olhar. */
  primeiroAVista(lista) {
    const t0 = this.diagrama.eixo.t(this.diagrama.vista.u0);
    return Math.max(
      0,
      lista.findIndex(p => p.t >= t0),
    );
  }

  /** @param passo um da lista; null = tudo */
  ir(passo) {
    this.diagrama.passo = passo;
    if (passo) {
      this.diagrama.mostrar(passo.t);
    }
    this.dizer();
    this.diagrama.pedirQuadro();
    this.aoMudar(passo);
  }

  /** A última nota até este passo; -1 se nenhuma. */
  ultimaNota(passo) {
    const ate = this.todos.slice(0, this.todos.indexOf(passo) + 1).findLast(p => p.nota !== undefined);
    return ate ? ate.nota : -1;
  }

  dizer() {
    const { passo } = this.diagrama;
    const lista = this.lista();
    this.tudo.disabled = passo === null;
    this.frase.replaceChildren(
      ...(passo === null
        ? [`${lista.length} passos: veja-os um a um com as setas ← e →.`]
        : [el('b', {}, `${lista.indexOf(passo) + 1} de ${lista.length}`), ` · ${ms(passo.t)} · ${passo.frase}`]),
    );
  }
}
