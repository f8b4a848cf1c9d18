// ───── As cabeças das faixas: cada processo, como está, e o que se lhe pode fazer ─────

const PAPEL = {
  __proto__: null,
  cliente: '',
  replica: '',
  worker: '',
  servidor: 'guarda e envia',
  sequenciador: 'dá a ordem',
  testemunha: 'diz quem manda',
  primario: '',
  backup: '',
};

const temBanco = p => /^(replica|worker|primario|backup)$/.test(p.papel);
const numera = p => temBanco(p) || /^(sequenciador|servidor)$/.test(p.papel);

/** O que se pode fazer a um processo, agora. @param agir (acao, corpo) */
function acoesDoProcesso(p, agir) {
  const vive = p.estado === 'vivo' || p.estado === 'comecando';
  const [, como] = ESTADO_DO_PROCESSO[p.estado] || ['', p.estado];
  const se = (sim, porque) => (sim ? null : porque);
  const acao = (chave, nome, tecla, porque) => ({
    chave,
    nome,
    tecla,
    porque,
    fazer: () => agir(chave, { nome: p.nome }),
  });
  const cliente = p.papel === 'cliente';
  return [
    acao('parar', 'Parar (congela; kill -STOP)', 'p', se(p.estado === 'vivo', `está ${como}`)),
    acao('continuar', 'Continuar', 'c', se(p.estado === 'parado', 'não está parado')),
    acao('matar', 'Matar (kill -9)', 'm', se(vive || p.estado === 'parado', `está ${como}`)),
    acao('iniciar', 'Iniciar, com o que guardou', 'i', se(!vive && p.estado !== 'parado', `está ${como}`)),
    acao(
      'do-zero',
      'Recomeçar do zero',
      'z',
      p.alheio ? 'só quem o fez sabe como ele recomeça: mate-o, e inicie-o' : se(!cliente, 'um cliente não guarda nada'),
    ),
    acao('emudecer', 'Emudecer as ligações dele', 'e', null),
    acao('cortar', 'Isolar da rede', 'x', se(!p.cortado, 'já está isolado')),
    acao('ligar', 'Ligar à rede outra vez', 'l', se(p.cortado, 'não está isolado')),
  ];
}

/** O lugar de um processo à esquerda do diagrama. */
class Cabeca {
  constructor(sala) {
    this.sala = sala;
    this.figura = el('span', { class: 'figura', 'aria-hidden': true });
    this.nome = el('b');
    this.papel = el('span', { class: 'papel' });
    this.como = el('span', { class: 'como' });
    this.faz = el('span', { class: 'como faz' });
    this.espera = el('span', { class: 'fila-de-espera' });
    this.limite = el('span', { class: 'limite', hidden: true }, el('i'), el('span'));
    this.e = el(
      'button',
      { type: 'button', class: 'cabeca-de-faixa' },
      el('span', { class: 'linha' }, this.figura, this.nome),
      this.papel,
      this.como,
      this.faz,
      this.espera,
      this.limite,
    );
    this.e.addEventListener('click', () => this.abrir());
    this.e.addEventListener('keydown', ev => pelaTecla(ev, this.acoes(), frase => sala.avisar(frase)));
  }

  acoes() {
    return this.sala.podem(acoesDoProcesso(this.p, (acao, corpo) => this.sala.agir(acao, corpo)));
  }

  abrir() {
    this.sala.menu.abrir(this.e, this.p.nome, this.acoes(), [porDentro(this.p)]);
  }

  mudar(p) {
    this.p = p;
    const [figura, como] = ESTADO_DO_PROCESSO[p.estado] || ['?', texto(p.estado)];
    atribuir(this.e, 'data-nome', p.nome);
    atribuir(this.e, 'data-alheio', Boolean(p.alheio));
    atribuir(this.e, 'data-estado', p.cortado && p.estado === 'vivo' ? 'cortado' : p.estado);
    dizer(this.figura, p.cortado && p.estado === 'vivo' ? '✂' : figura);
    dizer(this.nome, texto(p.nome));
    dizer(this.papel, papelDe(p));
    const partes = [p.estado === 'vivo' ? '' : como, p.cortado ? 'fora da rede' : ''];
    partes.push(p.responde === false && p.estado === 'vivo' && temBanco(p) ? 'não responde' : '');
    partes.push(
      p.seq > 0 && numera(p) ? `seq ${p.seq}` : '',
      p.em_dia ? `em dia: ${lista(p.em_dia).join(', ') || 'ninguém'}` : '',
    );
    dizer(this.como, partes.filter(Boolean).join(' · '));
    const fila = p.na_fila || [];
    dizer(this.espera, fila.length === 0 ? '' : `guarda à espera: ${fila.map(f => texto(f.seq)).join(', ')}`);
    atribuir(this.espera, 'title', fila.map(f => `${texto(f.seq)}: ${texto(f.texto)}`).join('\n') || null);
    const passou = p.alheio && p.alheio.passou ? `acabou-se com ele: ${texto(p.alheio.passou)}` : '';
    dizer(this.faz, passou || texto(p.texto));
    atribuir(this.faz, 'title', this.faz.textContent || null);
    atribuir(this.como, 'title', this.como.textContent || null);
    atribuir(
      this.e,
      'aria-label',
      `${p.nome}, ${this.papel.textContent} ${como} ${this.como.textContent} ${this.espera.textContent}: o que lhe fazer`,
    );
  }

  /** A barra de um prazo que corre; null se nenhum. */
  prazo(limite, agora) {
    this.limite.hidden = limite === null;
    if (limite !== null) {
      const falta = limitar(limite.desde + limite.dura - agora, 0, limite.dura);
      this.limite.firstChild.style.transform = `scaleX(${falta / limite.dura})`;
      dizer(this.limite.lastChild, `${segundos(falta)} · ${texto(limite.oque)}`);
      atribuir(this.limite, 'title', texto(limite.oque));
    }
  }
}

function papelDe(p) {
  const deOutro = p.alheio ? ' · de outro' : '';
  const manda = p.primario === true ? 'primário' : p.primario === false ? 'backup' : (PAPEL[p.papel] ?? texto(p.papel));
  return (manda + deOutro + (Number.isFinite(p.epoca) ? ` · época ${p.epoca}` : '')).replace(/^ · /, '');
}

/** O que muda por não ser um dos nossos. */
function deOutro(p) {
  const saldos = temBanco(p) && !p.alheio.diz_saldos ? ' Os saldos, não os diz.' : '';
  const relogios = 'Os relógios são os dele: a lentidão não o abranda, e os prazos dele não se veem.';
  return `De outro: ${texto(p.alheio.nome)}. ${relogios}${saldos}`;
}

/** O que se sabe dele por dentro: a fila de espera, quem está em dia, e o fim do diário. */
function porDentro(p) {
  const linhas = [
    ...(p.na_fila || []).map(f => ['à espera', `seq ${texto(f.seq)}: ${texto(f.texto)}`]),
    ...(p.em_dia ? [['em dia', lista(p.em_dia).join(', ') || 'ninguém']] : []),
    ...(Array.isArray(p.mais) ? p.mais : [p.mais]).flatMap(m => Object.entries(m || {})).map(([k, v]) => [k, texto(v)]),
  ];
  const diario = lista(p.diario);
  return el(
    'div',
    { class: 'por-dentro' },
    p.alheio ? el('p', {}, deOutro(p)) : null,
    linhas.length > 0
      ? el(
          'dl',
          {},
          linhas.flatMap(([k, v]) => [el('dt', {}, k), el('dd', {}, v)]),
        )
      : null,
    diario.length > 0
      ? [
          el('h3', {}, p.alheio ? 'O que escreveu por último' : 'O fim do diário dele'),
          el('pre', { tabindex: 0 }, diario.join('\n')),
        ]
      : null,
  );
}
