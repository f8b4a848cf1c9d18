// ───── As palavras da sala, e o que muda sem se refazer ─────

const ESTADO_DO_PROCESSO = {
  __proto__: null,
  vivo: ['●', 'de pé'],
  parado: ['‖', 'parado'],
  morto: ['✕', 'morto'],
  comecando: ['◌', 'a começar'],
  'por-iniciar': ['○', 'por iniciar'],
};

const SO_QUEM_AGE = 'só age quem abriu a sala, com o endereço que ela escreveu';

/** Uma operação como se escreve numa cena: nomes de contas com espaços vão entre aspas. */
function operacaoEscrita(tipo, contas, valor) {
  const nomes = contas.map(c => (/^[^\s"]+$/.test(c) ? c : `"${c.replaceAll('"', '')}"`));
  return [tipo, ...nomes, valor].join(' ');
}

const segundos = t => (t / 1000).toFixed(1).replace('.', ',') + ' s';

/** Só mexe na página se mudou: quem lê com um leitor de ecrã não ouve o mesmo outra vez. */
function dizer(e, palavras) {
  if (e.textContent !== palavras) {
    e.textContent = palavras;
  }
}

function atribuir(e, atributo, valor) {
  const novo = valor === true ? '' : valor === false || valor === null || valor === undefined ? null : String(valor);
  if (e.getAttribute(atributo) !== novo) {
    novo === null ? e.removeAttribute(atributo) : e.setAttribute(atributo, novo);
  }
}

/** Os filhos de um elemento, um por coisa, que mudam onde estão: quem tem o foco não o perde. */
class Filhos {
  /** @param criar dá um objeto com {@code e}, o elemento, e {@code mudar(coisa)} */
  constructor(pai, criar) {
    this.pai = pai;
    this.criar = criar;
    this.todos = new Map();
  }

  por(coisas, chaveDe) {
    const chaves = new Set(coisas.map(chaveDe));
    for (const [chave, filho] of this.todos) {
      if (!chaves.has(chave)) {
        filho.e.remove();
        this.todos.delete(chave);
      }
    }
    let antes = null;
    for (const coisa of coisas) {
      const chave = chaveDe(coisa);
      if (!this.todos.has(chave)) {
        this.todos.set(chave, this.criar(coisa));
      }
      const filho = this.todos.get(chave);
      const lugar = antes ? antes.nextSibling : this.pai.firstChild;
      if (filho.e !== lugar) {
        const comFoco = filho.e.contains(document.activeElement) ? document.activeElement : null;
        this.pai.insertBefore(filho.e, lugar);
        if (comFoco) {
          comFoco.focus({ preventScroll: true });
        }
      }
      antes = filho.e;
      filho.mudar(coisa);
    }
  }
}
