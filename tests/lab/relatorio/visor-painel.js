// ───── O painel de uma operação ─────

/** @param divergencias das contas em que esta operação é a causa */
function painel(m, op, divergencias, aoFechar) {
  return [
    el(
      'div',
      { class: 'cabeca' },
      el('h4', {}, op.nome),
      el('button', { type: 'button', class: 'fechar', 'aria-label': 'largar esta operação', onclick: aoFechar }, '✕'),
    ),
    ...respostasDe(m, op),
    ...divergencias.map(d => el('p', { class: 'alerta' }, fraseDaCausa(d))),
    divergencias.length === 0 && opinioes(op) > 1
      ? el('p', { class: 'alerta' }, 'As réplicas deram resultados diferentes a esta operação.')
      : null,
    el(
      'table',
      { class: 'saldos' },
      el('caption', {}, 'Saldos antes e depois'),
      el('thead', {}, el('tr', {}, ['réplica', 'conta', 'antes', 'depois'].map(nomeDaColuna))),
      el(
        'tbody',
        {},
        m.replicas.flatMap(replica => linhasDaReplica(op, replica)),
      ),
    ),
    ...viagem(m, op),
    el('p', { class: 'id' }, 'id_msg ' + op.id),
  ].filter(Boolean);
}

function fraseDaCausa(d) {
  const fins = Object.entries(d.fins).map(([replica, fim]) => `${replica} ${fim}`);
  return `A conta ${d.conta} começa a diferir nesta operação: ${fins.join('; ')}.`;
}

function nomeDaColuna(nome) {
  return el('th', { scope: 'col', class: nome === 'antes' || nome === 'depois' ? 'numero' : false }, nome);
}

/** Quantos resultados diferentes as réplicas lhe deram. */
function opinioes(op) {
  return new Set(op.aplicacoes.filter(ap => ap.resultado !== 'DUPLICADA').map(ap => ap.resultado)).size;
}

function respostasDe(m, op) {
  if (op.chamadas.length === 0) {
    return [el('p', { class: 'resposta' }, 'O cliente não espera resposta.')];
  }
  return op.chamadas.map(c =>
    el('p', { class: 'resposta' }, `${c.cliente} pediu em ${ms(c.t0)}; `, ...fimDaChamada(m, c)),
  );
}

function fimDaChamada(m, c) {
  if (c.t1 === null) {
    return ['não há resposta no rastro.'];
  }
  if (m.parte === 1) {
    return [`enviou-a em ${ms(c.t1)}, e não espera resposta: no multicast ninguém a dá.`];
  }
  if (c.indeterminada) {
    return [`desistiu em ${ms(c.t1)}: não sabe se valeu. `, el('strong', {}, c.resposta)];
  }
  return [`a resposta veio em ${ms(c.t1)} (${ms(c.t1 - c.t0)} depois): `, el('strong', {}, c.resposta)];
}

function linhasDaReplica(op, replica) {
  const aps = op.aplicacoes.filter(ap => ap.processo === replica);
  if (aps.length === 0) {
    const contas = op.contas.length > 0 ? op.contas : [...new Set(op.aplicacoes.flatMap(ap => ap.contas))];
    return [
      el(
        'tr',
        { class: 'faltou' },
        el('th', { scope: 'row' }, replica),
        el('td', {}, contas.join(', ')),
        el('td', { colspan: 2 }, 'não aplicou'),
      ),
    ];
  }
  return aps.flatMap(ap => ap.contas.map((conta, i) => linhaDaConta(ap, conta, i)));
}

function linhaDaConta(ap, conta, i) {
  const classe = 'resultado ' + (ap.resultado === 'RECUSADA' ? 'recusada' : '');
  return el(
    'tr',
    {},
    i === 0 ? el('th', { scope: 'row' }, ap.processo, el('span', { class: classe }, ap.resultado)) : el('td', {}),
    el('td', {}, conta),
    el('td', { class: 'numero' }, dinheiro(ap.antes[i])),
    el('td', { class: 'numero' }, dinheiro(ap.depois[i])),
  );
}

function viagem(m, op) {
  const CABEM = 40;
  const resto = op.mensagens.length - CABEM;
  return op.mensagens.length === 0
    ? []
    : [
        el('h5', {}, 'A viagem'),
        el(
          'ol',
          { class: 'viagem' },
          op.mensagens.slice(0, CABEM).map(msg => el('li', {}, frasesDaMensagem(m, msg).join(' · '))),
        ),
        resto > 0 ? el('p', { class: 'suave' }, `e mais ${resto} mensagens`) : null,
      ];
}
