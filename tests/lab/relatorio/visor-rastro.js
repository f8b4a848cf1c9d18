// ───── O rastro, entendido ─────

/**
 * Lê os eventos, um a um, e liga cada envio ao seu destino, cada pedido à sua resposta, cada falta ao seu fim. Uma execução
 * que ainda corre cresce com {@code juntar}.
 */
class Leitura {
  constructor(rastro, corre = false) {
    this.corre = corre;
    this.parte = null;
    this.semente = null;
    this.processos = [];
    this.mensagens = [];
    this.aplicacoes = [];
    this.chamadas = [];
    this.marcas = [];
    this.faixas = [];
    this.cortes = [];
    this.faltas = [];
    this.notas = [];
    this.vereditos = [];
    this.operacoes = new Map();
    this.lugar = new Map();
    this.emViagem = new Map();
    this.abertas = new Map(); // as faltas que ainda não acabaram
    this.pedidos = new Map();
    this.estado = new Map(); // por faixa: o que se passa com o processo, e desde quando
    this.saldos = new Map(); // por processo e conta, o último que ele disse
    this.vistos = new Set();
    this.tipos = new Set(); // dos que têm um banco: replica, worker…
    this.instantes = [0];
    this.eventos = rastro
      .filter(e => e && typeof e === 'object' && Number.isFinite(e.t))
      .map((e, i) => [e, i])
      .sort((a, b) => a[0].t - b[0].t || a[1] - b[1])
      .map(par => par[0]);
    this.fim = this.eventos.reduce(
      (fim, e) => Math.max(fim, e.t, Number.isFinite(e.ate) && e.tipo !== 'falta' ? e.ate : 0),
      0,
    );
    this.fim = this.fim || 1;
    this.eventos.forEach(e => this.ler(e));
    this.fechar();
    if (!corre) {
      marcarInstantes(this);
    }
  }

  /** O que aconteceu entretanto. @param agora até onde a execução já chegou */
  juntar(eventos, agora) {
    const bons = eventos.filter(e => e && typeof e === 'object' && Number.isFinite(e.t));
    const lidos = bons.map(e => this.ler(e));
    this.eventos.push(...bons);
    this.fim = bons.reduce((fim, e) => Math.max(fim, e.t), Math.max(this.fim, agora));
    this.fechar();
    bons.forEach((e, i) => (lidos[i] && lidos[i].ruido) || marcarInstante(this, e.t));
  }

  ler(e) {
    const como = {
      __proto__: null,
      inicio: this.lerInicio,
      processo: this.lerProcesso,
      mensagem: this.lerMensagem,
      aplicar: this.lerAplicacao,
      cliente: this.lerCliente,
      falta: this.lerFalta,
      decisao: this.lerMarca,
      adotar: this.lerMarca,
      nota: this.lerNota,
      veredito: this.lerVeredito,
    }[texto(e.tipo)];
    return como ? como.call(this, e) : null; // um tipo que este visor não conhece só aparece na lista de eventos
  }

  /** A faixa do diagrama em que se mostra este processo; -1 se não há mais lugar. */
  faixaDe(nome) {
    const chave = texto(nome);
    if (chave !== '' && !this.lugar.has(chave) && this.processos.length < LIMITE_DE_FAIXAS) {
      this.lugar.set(chave, this.processos.length);
      this.processos.push(chave);
    }
    return this.lugar.has(chave) ? this.lugar.get(chave) : -1;
  }

  operacao(id) {
    if (!this.operacoes.has(id)) {
      this.operacoes.set(id, {
        id,
        nome: '',
        contas: [],
        origem: null,
        t: Infinity,
        mensagens: [],
        aplicacoes: [],
        chamadas: [],
      });
    }
    return this.operacoes.get(id);
  }

  descrever(op, e) {
    if (!op.nome && e.operacao) {
      const valor = Number.isFinite(e.valor) ? dinheiro(e.valor) : '';
      op.nome = [e.operacao, lista(e.contas).join(' > '), valor].join(' ').trim();
      op.contas = lista(e.contas);
    }
    op.t = Math.min(op.t, e.t);
  }

  lerInicio(e) {
    this.parte = e.parte;
    this.semente = e.semente;
    (Array.isArray(e.processos) ? e.processos : []).forEach(p => this.faixaDe(p));
  }

  // Processos e faltas

  lerProcesso(e) {
    const nome = texto(e.nome);
    const faixa = this.faixaDe(nome);
    if (e.evento === 'iniciado' && !this.vistos.has(nome) && e.t > 0) {
      this.faixas.push({ faixa, tipo: 'fora', t0: 0, t1: e.t });
    }
    this.vistos.add(nome);
    this.virar(nome, { __proto__: null, morto: 'morto', parado: 'parado', fim: 'fora' }[texto(e.evento)] || 'vivo', e.t);
    this.acabar({ __proto__: null, iniciado: 'matar', continuado: 'parar' }[texto(e.evento)], nome, e.t);
  }

  virar(nome, novo, t) {
    const faixa = this.lugar.get(nome);
    const atual = this.estado.get(faixa);
    if (faixa === undefined || (atual && atual.tipo === novo) || (novo === 'vivo' && !atual)) {
      return;
    }
    if (atual) {
      atual.t1 = t;
      this.estado.delete(faixa);
    }
    if (novo !== 'vivo') {
      const aberta = { faixa, tipo: novo, t0: t, t1: t };
      this.faixas.push(aberta);
      this.estado.set(faixa, aberta);
    }
  }

  acabar(falta, alvo, t) {
    const aberta = this.abertas.get(falta + '\n' + alvo);
    if (aberta) {
      aberta.t1 = t;
      aberta.dura = false;
    }
    return Boolean(aberta);
  }

  lerFalta(e) {
    const alvo = texto(e.alvo);
    const evento = texto(e.evento);
    if (evento === 'matar' || evento === 'parar') {
      this.virar(alvo, evento === 'matar' ? 'morto' : 'parado', e.t);
    } else if (evento === 'continuar') {
      this.virar(alvo, 'vivo', e.t);
    }
    const fimDe = Object.keys(FIM_DE).find(inicio => FIM_DE[inicio] === evento);
    if (fimDe && this.acabar(fimDe, alvo, e.t)) {
      if (fimDe !== 'segurar') {
        this.abertas.delete(fimDe + '\n' + alvo);
      }
      return;
    }
    const falta = {
      evento,
      alvo,
      t0: e.t,
      t1: Number.isFinite(e.ate) ? e.ate : null,
      dura: FIM_DE[evento] !== undefined && !Number.isFinite(e.ate),
      texto: nomeDaFalta(evento, alvo),
    };
    this.faltas.push(falta);
    if (FIM_DE[evento]) {
      this.abertas.set(evento + '\n' + alvo, falta);
    }
  }

  // Mensagens

  lerMensagem(e) {
    const chave = [e.enlace || `${e.de}>${e.para}`, e.n, e.copia || 0].join('|');
    let msg = this.emViagem.get(chave);
    if (!msg || e.evento === 'enviada' || e.evento === 'duplicada') {
      msg = this.novaMensagem(e);
      this.emViagem.set(chave, msg);
    }
    if (e.evento === 'entregue' || e.evento === 'perdida') {
      msg.t1 = e.t;
      msg.destino = e.evento;
    } else if (e.evento === 'segura') {
      msg.segura = e.t;
      msg.destino = 'segura';
    } else if (e.evento === 'solta') {
      msg.segura = msg.segura === null ? msg.t0 : msg.segura;
      msg.solta = e.t;
    }
    return msg;
  }

  novaMensagem(e) {
    const msg = {
      id: idDe(e),
      de: this.faixaDe(e.de),
      para: this.faixaDe(e.para),
      t0: e.t,
      t1: null,
      destino: 'a caminho',
      copia: e.copia || 0,
      segura: null,
      solta: null,
      seq: e.seq,
      epoca: e.epoca,
      resumo: semIdentificador(texto(e.resumo), e.id_msg),
      controle: e.controle === true,
      ordem: this.mensagens.length,
    };
    this.mensagens.push(msg);
    if (msg.id !== null) {
      const op = this.operacao(msg.id);
      op.mensagens.push(msg);
      op.t = Math.min(op.t, e.t);
      op.origem = op.origem || (texto(e.de).startsWith('cliente') ? texto(e.de) : null);
      op.resumo = op.resumo || msg.resumo;
    }
    return msg;
  }

  // Operações

  lerAplicacao(e) {
    const contas = lista(e.contas);
    const depois = Array.isArray(e.saldos) ? e.saldos.map(Number) : [];
    const nome = texto(e.processo);
    const antes = contas.map((conta, i) => antesDe(e, i, depois[i], this.saldos.get(nome + '\n' + conta)));
    contas.forEach((conta, i) => Number.isFinite(depois[i]) && this.saldos.set(nome + '\n' + conta, depois[i]));
    const ap = {
      t: e.t,
      id: idDe(e),
      faixa: this.faixaDe(nome),
      processo: nome,
      seq: e.seq,
      resultado: texto(e.resultado),
      contas,
      antes,
      depois,
    };
    this.aplicacoes.push(ap);
    this.tipos.add(nome.replace(/-\d+$/, ''));
    if (ap.id !== null) {
      this.descrever(this.operacao(ap.id), e);
      this.operacao(ap.id).aplicacoes.push(ap);
    }
  }

  lerCliente(e) {
    const id = idDe(e);
    const chave = e.cliente + '\n' + id;
    if (e.evento !== 'pede') {
      const chamada = this.pedidos.get(chave);
      if (chamada && chamada.t1 === null) {
        chamada.t1 = e.t;
        chamada.indeterminada = e.evento === 'indeterminada';
        chamada.resposta = semIdentificador(texto(e.texto), e.id_msg);
      }
      return;
    }
    const chamada = {
      faixa: this.faixaDe(e.cliente),
      cliente: texto(e.cliente),
      id,
      t0: e.t,
      t1: null,
      resposta: null,
      indeterminada: false,
    };
    this.chamadas.push(chamada);
    this.pedidos.set(chave, chamada);
    if (id !== null) {
      const op = this.operacao(id);
      this.descrever(op, e);
      op.origem = chamada.cliente;
      op.chamadas.push(chamada);
    }
  }

  // O que se disse

  lerMarca(e) {
    const adotou = e.tipo === 'adotar'; // daí em diante ela sabe o que um instantâneo lhe disse, e o rastro não diz quanto
    this.marcas.push({
      t: e.t,
      faixa: this.faixaDe(e.processo),
      processo: texto(e.processo),
      adotou,
      texto: adotou ? `adotou o estado até seq ${texto(e.seq)}` : texto(e.texto).replace(/ id_msg=.*/, ''),
    });
  }

  lerNota(e) {
    this.notas.push({ t: e.t, texto: texto(e.texto) });
  }

  lerVeredito(e) {
    this.vereditos.push({
      nome: texto(e.titulo) || texto(e.nome),
      valor: texto(e.valor),
      promessa: texto(e.promessa),
      detalhes: lista(e.detalhes),
    });
  }

  // O fim, ou até aqui

  fechar() {
    this.estender();
    this.nomear();
  }

  /** O que ainda dura, dura até ao fim que agora se conhece. */
  estender() {
    this.estado.forEach(aberta => {
      aberta.t1 = this.fim;
    });
    this.cortes = [];
    for (const falta of this.faltas) {
      falta.t1 = falta.dura ? this.fim : falta.t1;
      const [de, para] = falta.alvo.split('>');
      if (falta.evento === 'cortar' && this.lugar.has(de) && this.lugar.has(para)) {
        const t1 = Math.min(falta.t1, this.fim);
        this.cortes.push({ de: this.lugar.get(de), para: this.lugar.get(para), t0: falta.t0, t1 });
      }
    }
  }

  nomear() {
    this.clientes = this.processos.filter(p => p.startsWith('cliente'));
    for (const op of this.operacoes.values()) {
      op.nome = op.nome || op.resumo || op.id;
      op.cor = op.origem === null ? -1 : this.clientes.indexOf(op.origem);
    }
    this.replicas = this.processos.filter(p => this.tipos.has(p.replace(/-\d+$/, '')));
    separarORuido(this);
  }
}
