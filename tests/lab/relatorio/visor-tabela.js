// ───── Tabelas, e os selos dos vereditos ─────

const MARCA = { __proto__: null, sim: ['✓', 'sim'], NÃO: ['✕', 'nao'], desconhecido: ['?', 'duvida'] };

/** Um selo com figura, palavra e cor; um NÃO que se esperava não é uma falha. null se não é um dos três valores. */
function selo(valor, nome = '', esperado = false) {
  const achado = MARCA[valor];
  const [figura, classe] = valor === 'NÃO' && esperado ? ['–', 'esperado'] : achado || [];
  return achado
    ? el(
        'span',
        { class: 'selo ' + classe },
        el('span', { class: 'figura', 'aria-hidden': true }, figura),
        nome ? ` ${nome}: ` : ' ',
        el('b', {}, valor),
      )
    : null;
}

const numerica = palavras => /^-?[\d.,]+( ?[^\d\s]{1,3})?$/.test(palavras);
const semNumero = palavras => /^[-—]?$/.test(palavras);

/** Como se alinha uma coluna: a direita, se tem números e só números; o nome dela vai com ela. */
function colunaNumerica(linhas, i) {
  const celulas = linhas.map(l => texto(l[i]));
  return i > 0 && celulas.some(numerica) && celulas.every(c => numerica(c) || semNumero(c));
}

/** No estreito as células empilham-se (relatorio.css), cada uma com o nome da coluna; os papéis dizem que é uma tabela. */
function celula(conteudo, i, direita, coluna) {
  const palavras = texto(conteudo);
  const valor = Object.keys(MARCA).find(v => palavras === v || palavras.startsWith(v + ' '));
  const resto = valor ? palavras.slice(valor.length).trim() : '';
  const filhos = valor
    ? [selo(valor, '', resto.startsWith('como promete')), resto ? el('small', {}, resto) : null]
    : [palavras];
  return i === 0
    ? el('th', { scope: 'row', role: 'rowheader' }, ...filhos)
    : el(
        'td',
        { class: direita ? 'numero' : valor ? 'veredito' : false, role: 'cell', 'data-coluna': coluna || false },
        ...filhos,
      );
}

function tabela(t) {
  const linhas = (t.linhas || []).map(lista);
  const colunas = lista(t.colunas);
  const direita = colunas.map((c, i) => colunaNumerica(linhas, i));
  const nomes = colunas.map((c, i) =>
    c === ''
      ? el('td', { role: 'cell' })
      : el('th', { scope: 'col', role: 'columnheader', class: direita[i] ? 'numero' : false }, c),
  );
  return el(
    'section',
    { class: 'cartao' },
    el('h2', {}, texto(t.titulo)),
    el(
      'div',
      { class: 'rolar', tabindex: 0, role: 'region', 'aria-label': texto(t.titulo) },
      el(
        'table',
        { class: 'tabela', role: 'table' },
        el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, nomes)),
        el(
          'tbody',
          { role: 'rowgroup' },
          linhas.map(l =>
            el(
              'tr',
              { role: 'row' },
              l.map((c, i) => celula(c, i, direita[i], texto(colunas[i]))),
            ),
          ),
        ),
      ),
    ),
  );
}
