'use strict';
// O visor do relatório: os arquivos visor-*.js e relatorio.js, que Relatorio.java junta num programa só, por esta ordem.
// Todo texto que vem de um rastro entra por textContent ou fillText: nunca como marcação.

// ───── Ferramentas ─────

const dinheiro = v => (Number.isFinite(v) ? v.toFixed(2) : '?');
const ms = t => (t >= 10000 ? `${(t / 1000).toFixed(2)} s` : `${t.toFixed(t >= 100 ? 0 : 1)} ms`);
const texto = v => (v === undefined || v === null ? '' : String(v));
const seta = enlace => texto(enlace).replace('>', ' → ');
const curto = (s, n) => (s.length > n ? s.slice(0, n - 1) + '…' : s);
const limitar = (v, minimo, maximo) => Math.min(Math.max(v, minimo), maximo);

/** Cria um elemento; os filhos que são texto continuam texto. */
function el(nome, atributos = {}, ...filhos) {
  const e = document.createElement(nome);
  for (const [chave, valor] of Object.entries(atributos)) {
    if (chave.startsWith('on')) {
      e.addEventListener(chave.slice(2), valor);
    } else if (valor !== false && valor !== null) {
      e.setAttribute(chave, valor === true ? '' : valor);
    }
  }
  e.append(...filhos.flat().filter(f => f !== null && f !== undefined));
  return e;
}

/** @param rotulo o que faz; começa pelo que nele se lê */
function botao(nome, rotulo, acao) {
  return el('button', { type: 'button', title: rotulo, 'aria-label': rotulo, onclick: acao }, nome);
}

const escuro = matchMedia('(prefers-color-scheme: dark)');
const impressao = matchMedia('print');

/** As cores de agora, as mesmas da folha de estilo: um canvas não as herda. */
function tema() {
  const estilo = getComputedStyle(document.documentElement);
  const cor = nome => estilo.getPropertyValue('--' + nome).trim();
  return {
    fundo: cor('cartao'),
    faixa: cor('faixa'),
    grade: cor('grade'),
    texto: cor('texto'),
    suave: cor('suave'),
    linha: cor('linha'),
    sim: cor('sim'),
    nao: cor('nao'),
    duvida: cor('duvida'),
    destaque: cor('destaque'),
    morto: cor('morto'),
    clientes: [1, 2, 3, 4, 5, 6].map(i => cor('cor-' + i)),
    letra: estilo.getPropertyValue('--letra').trim(),
  };
}

// ───── Palavras e saldos de um rastro ─────

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

const lista = v => (Array.isArray(v) ? v.map(texto) : []);
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
