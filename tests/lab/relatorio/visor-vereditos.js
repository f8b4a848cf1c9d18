// ───── Os vereditos de uma execução ─────

/** Um selo cada um. */
function selos(vereditos) {
  return vereditos.length === 0
    ? null
    : el(
        'ul',
        { class: 'vereditos', 'aria-label': 'Vereditos' },
        vereditos.map(v =>
          el('li', {}, selo(v.valor, v.nome, v.promessa === 'NÃO') || `${v.nome}: ${v.valor}`, promessaDe(v)),
        ),
      );
}

function promessaDe(v) {
  return v.valor === 'NÃO' && v.promessa === 'NÃO' ? el('small', {}, ' não promete') : null;
}

/** O que se viu, em termos de banco, dos vereditos que têm o que contar. */
function porques(vereditos) {
  const comDetalhes = vereditos.filter(v => v.detalhes.length > 0);
  return comDetalhes.length === 0
    ? null
    : el(
        'div',
        { class: 'cartao' },
        el('h3', {}, 'O que se viu'),
        el(
          'div',
          { class: 'grade' },
          comDetalhes.map(v =>
            el(
              'div',
              { class: 'detalhes' + (v.valor !== 'NÃO' ? '' : v.promessa === 'NÃO' ? ' previsto' : ' ruim') },
              el('b', {}, `${v.nome}: ${v.valor}`),
              el(
                'ul',
                {},
                v.detalhes.map(d => el('li', {}, d)),
              ),
            ),
          ),
        ),
      );
}
