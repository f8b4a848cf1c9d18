// ───── O que se mostra, e o que é de rotina ─────

const DE_ROTINA = /^(|pulso|NOTICIA|VISAO|ESTADO)$/; // o que se repete até que haja o que dizer

/**
 * O que é ruído, e só se mostra a quem o pede: o que se diz antes da primeira operação, os pulsos, e o que um processo
 * já disse a outro com as mesmas palavras. O resto do controle (pedir a história, mudar de visão) é do que a cena trata.
 */
function separarORuido(m) {
  const operacoes = m.mensagens.filter(msg => !msg.controle);
  m.comeco = operacoes.length > 0 ? operacoes[0].t0 : 0;
  const ditos = new Map(); // o que cada um disse a cada outro, e quando
  for (const msg of m.mensagens) {
    const frase = `${msg.de}>${msg.para}|${msg.resumo}`;
    const antes = ditos.get(frase);
    const repetiu = antes !== undefined && !reiniciou(m, msg.de, msg.para, antes, msg.t0);
    msg.ruido = msg.controle && (msg.t0 < m.comeco || repetiu || DE_ROTINA.test(msg.resumo));
    ditos.set(frase, msg.t0);
  }
  m.marcas = m.marcas.filter(marca => marca.t >= m.comeco || operacoes.length === 0);
}

/** Se um destes dois processos nasceu de novo neste intervalo. */
function reiniciou(m, um, outro, t0, t1) {
  return m.faixas.some(f => f.tipo === 'morto' && (f.faixa === um || f.faixa === outro) && f.t0 > t0 && f.t0 < t1);
}

/** Os instantes em que algo se vê: com as esperas comprimidas, o que importa é o que há entre eles. */
function marcarInstantes(m) {
  const uteis = [
    m.aplicacoes,
    m.chamadas,
    m.faltas,
    m.marcas,
    m.notas,
    m.mensagens.filter(msg => !msg.ruido),
  ].flat();
  const instantes = uteis
    .flatMap(x => [x.t, x.t0, x.t1, x.segura, x.solta])
    .filter(t => Number.isFinite(t) && t > 0 && t < m.fim);
  m.instantes = [...new Set([0, ...instantes, m.fim])].sort((a, b) => a - b);
}
