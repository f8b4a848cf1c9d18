// ───── A legenda, e a lista em texto ─────

function legendaDoDiagrama(m) {
  const item = (classe, nome) => el('li', {}, el('span', { class: 'marca ' + classe, 'aria-hidden': true }), nome);
  const ha = teste => m.mensagens.some(teste);
  return el(
    'ul',
    { class: 'legenda' },
    m.clientes
      .slice(0, 6)
      .map((c, i) =>
        el('li', {}, el('span', { class: 'marca cliente cor-' + (i + 1), 'aria-hidden': true }), `operações de ${c}`),
      ),
    ha(x => x.destino === 'perdida') ? item('perdida', 'perdida') : null,
    ha(x => x.copia > 0) ? item('dupla', 'cópia') : null,
    ha(x => x.segura !== null) ? item('segura', 'retida até soltar') : null,
    ha(x => x.destino === 'a caminho') ? item('viagem', 'sem notícia') : null,
    item('aplicada', 'aplicada'),
    m.aplicacoes.some(a => a.resultado === 'RECUSADA') ? item('recusada', 'recusada') : null,
    m.aplicacoes.some(a => a.resultado === 'DUPLICADA') ? item('repetida', 'repetida') : null,
    m.marcas.length > 0 ? item('decisao', 'decisão') : null,
    m.faixas.some(f => f.tipo === 'morto') ? item('morto', 'processo morto') : null,
    m.faixas.some(f => f.tipo === 'parado') ? item('parado', 'processo parado') : null,
    m.cortes.length > 0 ? item('corte', 'enlace cortado') : null,
  );
}

function fraseDoEvento(e) {
  const partes = [ms(e.t), texto(e.tipo), texto(e.evento)];
  if (e.tipo === 'mensagem') {
    partes.push(`${texto(e.de)} → ${texto(e.para)}`, texto(e.resumo));
  } else if (e.tipo === 'aplicar') {
    partes.push(
      texto(e.processo),
      texto(e.resultado),
      texto(e.operacao),
      lista(e.contas)
        .map((c, i) => `${c} = ${dinheiro(Number((e.saldos || [])[i]))}`)
        .join(', '),
    );
  } else {
    partes.push(
      ...['nome', 'cliente', 'alvo', 'operacao'].map(c =>
        e.tipo === 'veredito' && c === 'nome' ? `${texto(e.nome)}: ${texto(e.valor)}` : texto(e[c]),
      ),
      lista(e.contas).join(', '),
      texto(e.texto),
      texto(e.titulo),
    );
  }
  return partes
    .concat(e.id_msg ? `id ${texto(e.id_msg)}` : '')
    .filter(Boolean)
    .join(' · ');
}

function listaDeEventos(m, diagrama) {
  const POR_VEZ = 400;
  const itens = el('ol', { class: 'eventos' });
  const mais = el('button', { type: 'button', onclick: () => acrescentar() }, 'mostrar mais');
  let eventos = [];
  const acrescentar = () => {
    const ate = itens.children.length + POR_VEZ;
    itens.append(...eventos.slice(itens.children.length, ate).map(e => el('li', {}, fraseDoEvento(e))));
    mais.hidden = ate >= eventos.length;
  };
  const caixa = el(
    'details',
    { class: 'lista' },
    el('summary', {}, `Lista dos ${m.eventos.length} eventos, em texto`),
    itens,
    mais,
  );
  caixa.refazer = () => {
    if (caixa.open) {
      eventos = m.eventos.filter(e =>
        diagrama.passa(e.id_msg === undefined ? null : texto(e.id_msg), e.controle === true),
      );
      itens.replaceChildren();
      acrescentar();
    }
  };
  caixa.addEventListener('toggle', caixa.refazer);
  return caixa;
}
