'use strict';
// O que as páginas têm em comum (esta base, as tabelas, os gráficos) e o que é só de uma (o relatório do laboratório, ou as
// medidas) são arquivos que Relatorio.java junta num programa só, por ordem: cada um usa o que os de antes dizem.
// Todo texto que vem de fora entra por textContent ou fillText: nunca como marcação.

// ───── Ferramentas ─────

const texto = v => (v === undefined || v === null ? '' : String(v));
const curto = (s, n) => (s.length > n ? s.slice(0, n - 1) + '…' : s);
const lista = v => (Array.isArray(v) ? v.map(texto) : []);
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

/** De um select. */
function opcao(valor, nome) {
  const o = el('option', {}, nome);
  o.value = valor;
  return o;
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

/** O título, no alto e no separador do navegador. */
function intitular(titulo) {
  document.title = texto(titulo);
  document.getElementById('titulo').textContent = texto(titulo);
}

/** Um canvas não muda sozinho com o tema, nem ao imprimir. */
function aoMudarDeCores(redesenhar) {
  escuro.addEventListener('change', redesenhar);
  impressao.addEventListener('change', redesenhar);
}
