// ───── O que se mostra, e o que é de rotina ─────

const DE_ROTINA = /^(|pulso|NOTICIA|VISAO|ESTADO)$/; // o que se repete até que haja o que dizer

/**
 * O que é ruído, e só se mostra a quem o pede: o que se diz antes da primeira operação, os pulsos, e o que um processo
 * já disse a outro com as mesmas palavras. O resto do controle (pedir a história, mudar de visão) é do que a cena trata.
 */
function separarORuido(m) {
  const primeira = m.mensagens.find(msg => !msg.controle);
  const comeco = primeira ? primeira.t0 : m.corre ? Infinity : 0;
  if (comeco !== m.comeco) {
    Object.assign(m, { comeco, ditos: new Map(), separadas: 0 }); // o que cada um disse a cada outro, e quando
  }
  const { ditos } = m;
  for (; m.separadas < m.mensagens.length; m.separadas++) {
    const msg = m.mensagens[m.separadas];
    const frase = `${msg.de}>${msg.para}|${msg.resumo}`;
    const antes = ditos.get(frase);
    const repetiu = antes !== undefined && !reiniciou(m, msg.de, msg.para, antes, msg.t0);
    msg.ruido = msg.controle && (msg.t0 < comeco || repetiu || DE_ROTINA.test(msg.resumo));
    ditos.set(frase, msg.t0);
  }
  m.marcas = m.marcas.filter(marca => marca.t >= comeco || !primeira);
}

/** Se um destes dois processos nasceu de novo neste intervalo. */
function reiniciou(m, um, outro, t0, t1) {
  return m.faixas.some(f => f.tipo === 'morto' && (f.faixa === um || f.faixa === outro) && f.t0 > t0 && f.t0 < t1);
}

/** Os instantes em que algo se vê: com as esperas comprimidas, o que importa é o que há entre eles. */
function marcarInstantes(m) {
  const uteis = [m.aplicacoes, m.chamadas, m.faltas, m.marcas, m.notas, m.mensagens.filter(msg => !msg.ruido)].flat();
  const instantes = uteis
    .flatMap(x => [x.t, x.t0, x.t1, x.segura, x.solta])
    .filter(t => Number.isFinite(t) && t > 0 && t < m.fim);
  m.instantes = [...new Set([0, ...instantes, m.fim])].sort((a, b) => a - b);
}

/** Mais um, que quase sempre é o último. */
function marcarInstante(m, t) {
  let i = m.instantes.length;
  while (i > 0 && m.instantes[i - 1] >= t) {
    i--;
  }
  if (m.instantes[i] !== t) {
    m.instantes.splice(i, 0, t);
    m.mexido = Math.min(m.mexido ?? i, i); // daqui em diante, o eixo de antes já não serve
  }
}
