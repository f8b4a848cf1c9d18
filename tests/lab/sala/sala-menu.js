// ───── Um menu: o que se pode fazer a uma coisa, e por que não o resto ─────

/**
 * Uma ação: {nome, tecla, fazer, porque}. A tecla, se há, faz o mesmo a quem está na coisa, sem abrir o menu; porque diz por
 * que agora não se pode, ou é null. Com {campos: [{nome, rotulo, valor, min, max, passo}]}, pedem-se números antes.
 */
class Menu {
  constructor() {
    this.titulo = el('h2', { id: 'menu-titulo' });
    this.dentro = el('div', { class: 'acoes' });
    this.caixa = el(
      'dialog',
      { class: 'menu', 'aria-labelledby': 'menu-titulo' },
      el(
        'div',
        { class: 'cabeca' },
        this.titulo,
        botao('✕', 'fechar', () => this.caixa.close()),
      ),
      this.dentro,
    );
    this.caixa.addEventListener('keydown', ev =>
      pelaTecla(
        ev,
        this.acoes,
        () => {},
        () => this.caixa.close(),
      ),
    );
    this.caixa.addEventListener('click', ev => ev.target === this.caixa && this.caixa.close());
    this.caixa.addEventListener('close', () => {
      if (this.de && this.de.isConnected) {
        this.de.focus({ preventScroll: true });
      }
    });
    document.body.append(this.caixa);
  }

  /** @param depois o que mais se mostra, por baixo das ações */
  abrir(de, titulo, acoes, depois = []) {
    this.de = de;
    this.acoes = acoes;
    dizer(this.titulo, titulo);
    this.dentro.replaceChildren(...acoes.map(a => this.item(a)), ...depois);
    this.caixa.showModal();
    this.pousar(de.getBoundingClientRect());
    (this.dentro.querySelector('button:not([aria-disabled])') || this.titulo).focus();
  }

  /** Ao pé de quem o abriu, e dentro do ecrã; num telefone, a folha de estilo põe-no em baixo. */
  pousar(r) {
    const { offsetWidth: l, offsetHeight: a } = this.caixa;
    this.caixa.style.left = limitar(r.left, 8, Math.max(8, innerWidth - l - 8)) + 'px';
    const abaixo = r.bottom + 6 + a <= innerHeight - 8;
    this.caixa.style.top = limitar(abaixo ? r.bottom + 6 : r.top - a - 6, 8, Math.max(8, innerHeight - a - 8)) + 'px';
  }

  item(acao) {
    const campos = (acao.campos || []).map(c => campoDeNumero(c));
    const fazer = () => {
      if (!acao.porque) {
        this.caixa.close();
        acao.fazer(...campos.map(c => Number(c.querySelector('input').value)));
      }
    };
    const b = el(
      'button',
      { type: 'button', 'aria-disabled': acao.porque ? 'true' : false, 'data-acao': acao.chave, onclick: fazer },
      el('span', {}, acao.nome),
      acao.tecla ? el('kbd', {}, nomeDaTecla(acao.tecla)) : null,
      acao.porque ? el('small', {}, acao.porque) : null,
    );
    const aoEntrar = ev => {
      if (ev.key === 'Enter' && ev.target.matches('input')) {
        ev.preventDefault();
        fazer();
      }
    };
    return campos.length > 0 ? el('div', { class: 'com-campos', onkeydown: aoEntrar }, b, ...campos) : b;
  }
}

function campoDeNumero({ rotulo, valor, min, max, passo }) {
  const entrada = el('input', { type: 'number', min, max, step: passo || 1, inputmode: 'numeric' });
  entrada.value = valor;
  return el('label', { class: 'campo' }, entrada, ' ' + rotulo);
}

const NOME_DA_TECLA = { __proto__: null, ArrowLeft: '⇧←', ArrowRight: '⇧→', Enter: '⏎', Delete: 'Del' };
const nomeDaTecla = t => NOME_DA_TECLA[t] || t.toUpperCase();

/** Faz, de uma lista de ações, a desta tecla. As setas são as que levam Shift: sozinhas, passeiam. */
function pelaTecla(ev, acoes, avisar, antes = () => {}) {
  if (ev.ctrlKey || ev.altKey || ev.metaKey || ev.target.matches('input, select')) {
    return false;
  }
  const tecla = ev.key.length === 1 ? ev.key.toLowerCase() : ev.key;
  const acao = acoes.find(a => a.tecla === tecla && tecla.startsWith('Arrow') === (ev.shiftKey && tecla.length > 1));
  if (acao) {
    ev.preventDefault();
    ev.stopPropagation();
    if (acao.porque) {
      avisar(`${acao.nome}: ${acao.porque}`);
    } else {
      antes();
      acao.fazer(...(acao.campos || []).map(c => c.valor));
    }
  }
  return Boolean(acao);
}
