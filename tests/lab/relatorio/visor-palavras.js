// ───── Palavras e saldos de um rastro ─────

const dinheiro = v => (Number.isFinite(v) ? v.toFixed(2) : '?');
const ms = t => (t >= 10000 ? `${(t / 1000).toFixed(2)} s` : `${t.toFixed(t >= 100 ? 0 : 1)} ms`);
const seta = enlace => texto(enlace).replace('>', ' → ');

const LIMITE_DE_FAIXAS = 30;
const FIM_DE = { __proto__: null, cortar: 'ligar', matar: 'iniciar', parar: 'continuar', segurar: 'soltar' };
const NOME_DA_FALTA = {
  __proto__: null,
  cortar: 'corte',
  matar: 'morte de',
  parar: 'pausa de',
  segurar: 'retenção',
  emudecer: 'mudez',
  perda: 'perda',
  atraso: 'atraso',
};

const idDe = e => (e.id_msg === undefined || e.id_msg === null ? null : texto(e.id_msg));

/** O id_msg não ajuda a ler uma etiqueta. */
function semIdentificador(frase, id) {
  return frase
    .split(texto(id) || '\n')
    .join('')
    .replace(/:? *$/, '');
}

function nomeDaFalta(evento, alvo) {
  const nome = NOME_DA_FALTA[evento] || evento;
  return `${nome} ${seta(alvo)}`.trim();
}

/** O saldo antes: o que a própria operação desfaz; se não se sabe, o último que a réplica disse, ou zero. */
function antesDe(e, i, depois, ultimo) {
  if (e.resultado !== 'APLICADA') {
    return depois;
  }
  const valor = Number(e.valor);
  if (Number.isFinite(valor) && Number.isFinite(depois)) {
    if (e.operacao === 'DEPOSITO') {
      return depois - valor;
    }
    if (e.operacao === 'SAQUE') {
      return depois + valor;
    }
    if (e.operacao === 'TRANSFERENCIA' && lista(e.contas).length === 2) {
      return e.contas[0] === e.contas[1] ? depois : depois + (i === 0 ? valor : -valor);
    }
  }
  return ultimo === undefined ? 0 : ultimo;
}
