'use strict';
// O visor do relatório. Todo texto que vem de um rastro entra por textContent ou fillText: nunca como marcação.
(() => {
  // ───── Ferramentas ─────

  const dinheiro = v => (Number.isFinite(v) ? v.toFixed(2) : '?');
  const centavos = v => Math.round(v * 100);
  const ms = t => (t >= 10000 ? `${(t / 1000).toFixed(2)} s` : `${t.toFixed(t >= 100 ? 0 : 1)} ms`);
  const texto = v => (v === undefined || v === null ? '' : String(v));
  const seta = enlace => texto(enlace).replace('>', ' → ');
  const curto = (s, n) => (s.length > n ? s.slice(0, n - 1) + '…' : s);
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

  // ───── O rastro, entendido ─────

  const LIMITE_DE_FAIXAS = 30;
  const FIM_DE = { __proto__: null, cortar: 'ligar', matar: 'iniciar', parar: 'continuar', segurar: 'soltar' };
  const NOME_DA_FALTA = {
    __proto__: null,
    cortar: 'corte',
    matar: 'morto',
    parar: 'parado',
    segurar: 'seguro',
    emudecer: 'mudo',
    perda: 'perda',
    atraso: 'atraso',
  };

  /** Lê os eventos e liga uns aos outros: cada envio ao seu destino, cada pedido à sua resposta, cada falta ao seu fim. */
  function entender(rastro) {
    const m = {
      parte: null,
      semente: null,
      processos: [],
      mensagens: [],
      aplicacoes: [],
      chamadas: [],
      marcas: [],
      faixas: [],
      cortes: [],
      faltas: [],
      notas: [],
      vereditos: [],
      operacoes: new Map(),
      inicio: 0,
      fim: 0,
      ausentes: new Set(),
      eventos: [],
    };
    const eventos = rastro
      .filter(e => e && typeof e === 'object' && Number.isFinite(e.t))
      .map((e, i) => [e, i])
      .sort((a, b) => a[0].t - b[0].t || a[1] - b[1])
      .map(par => par[0]);
    m.eventos = eventos;
    const lugar = new Map();
    const faixaDe = nome => {
      const chave = texto(nome);
      if (chave === '') {
        return -1;
      }
      if (!lugar.has(chave)) {
        if (m.processos.length >= LIMITE_DE_FAIXAS) {
          return -1;
        }
        lugar.set(chave, m.processos.length);
        m.processos.push(chave);
      }
      return lugar.get(chave);
    };
    for (const e of eventos) {
      if (e.tipo === 'inicio') {
        m.parte = e.parte;
        m.semente = e.semente;
        (Array.isArray(e.processos) ? e.processos : []).forEach(faixaDe);
      }
      m.fim = Math.max(m.fim, e.t, Number.isFinite(e.ate) && e.tipo !== 'falta' ? e.ate : 0);
    }
    m.fim = m.fim || 1;

    const operacao = id => {
      if (!m.operacoes.has(id)) {
        m.operacoes.set(id, {
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
      return m.operacoes.get(id);
    };
    const descrever = (op, e) => {
      if (!op.nome && e.operacao) {
        op.nome = [e.operacao, ...lista(e.contas), Number.isFinite(e.valor) ? dinheiro(e.valor) : ''].join(' ').trim();
        op.contas = lista(e.contas);
      }
      op.t = Math.min(op.t, e.t);
    };

    const emViagem = new Map();
    const abertas = new Map();
    const pedidos = new Map();
    const estado = new Map(); // por faixa: o que se passa com o processo, e desde quando
    const saldos = new Map(); // por processo e conta, o último que ele disse
    const processoVira = (nome, novo, t) => {
      if (!lugar.has(texto(nome))) {
        return;
      }
      const faixa = faixaDe(nome);
      const atual = estado.get(faixa);
      if ((atual && atual.tipo === novo) || (novo === 'vivo' && !atual)) {
        return;
      }
      if (atual) {
        m.faixas.push({ faixa, tipo: atual.tipo, t0: atual.t, t1: t });
        estado.delete(faixa);
      }
      if (novo !== 'vivo') {
        estado.set(faixa, { tipo: novo, t });
      }
    };
    const acabar = (falta, alvo, t) => {
      const aberta = abertas.get(falta + '\n' + alvo);
      if (aberta) {
        aberta.t1 = t;
      }
      return Boolean(aberta);
    };
    const vistos = new Set();
    for (const e of eventos) {
      const id = e.id_msg === undefined || e.id_msg === null ? null : texto(e.id_msg);
      switch (e.tipo) {
        case 'processo':
          faixaDe(e.nome);
          if (e.evento === 'iniciado' && !vistos.has(texto(e.nome)) && e.t > 0) {
            m.faixas.push({ faixa: faixaDe(e.nome), tipo: 'fora', t0: 0, t1: e.t });
          }
          vistos.add(texto(e.nome));
          processoVira(e.nome, { morto: 'morto', parado: 'parado', fim: 'fora' }[e.evento] || 'vivo', e.t);
          acabar({ iniciado: 'matar', continuado: 'parar' }[e.evento], texto(e.nome), e.t);
          break;
        case 'mensagem': {
          const chave = [e.enlace || `${e.de}>${e.para}`, e.n, e.copia || 0].join('|');
          let msg = emViagem.get(chave);
          if (!msg || e.evento === 'enviada' || e.evento === 'duplicada') {
            msg = {
              id,
              de: faixaDe(e.de),
              para: faixaDe(e.para),
              t0: e.t,
              t1: null,
              destino: 'a caminho',
              copia: e.copia || 0,
              segura: null,
              solta: null,
              seq: e.seq,
              epoca: e.epoca,
              resumo: texto(e.resumo),
              controle: e.controle === true,
              ordem: m.mensagens.length,
            };
            emViagem.set(chave, msg);
            m.mensagens.push(msg);
            if (id !== null) {
              const op = operacao(id);
              op.mensagens.push(msg);
              op.t = Math.min(op.t, e.t);
              op.nome = op.nome || '';
              op.origem = op.origem || (texto(e.de).startsWith('cliente') ? texto(e.de) : null);
              op.resumo = op.resumo || msg.resumo;
            }
          }
          if (e.evento === 'entregue') {
            msg.t1 = e.t;
            msg.destino = 'entregue';
          } else if (e.evento === 'perdida') {
            msg.t1 = e.t;
            msg.destino = 'perdida';
          } else if (e.evento === 'segura') {
            msg.segura = e.t;
            msg.destino = 'segura';
          } else if (e.evento === 'solta') {
            msg.segura = msg.segura === null ? msg.t0 : msg.segura;
            msg.solta = e.t;
          }
          break;
        }
        case 'aplicar': {
          const contas = lista(e.contas);
          const depois = Array.isArray(e.saldos) ? e.saldos.map(Number) : [];
          const nome = texto(e.processo);
          const antes = contas.map((conta, i) => antesDe(e, i, depois[i], saldos.get(nome + '\n' + conta)));
          contas.forEach((conta, i) => Number.isFinite(depois[i]) && saldos.set(nome + '\n' + conta, depois[i]));
          const ap = {
            t: e.t,
            id,
            faixa: faixaDe(nome),
            processo: nome,
            seq: e.seq,
            resultado: texto(e.resultado),
            contas,
            antes,
            depois,
          };
          m.aplicacoes.push(ap);
          if (id !== null) {
            descrever(operacao(id), e);
            operacao(id).aplicacoes.push(ap);
          }
          break;
        }
        case 'cliente': {
          const faixa = faixaDe(e.cliente);
          if (e.evento === 'pede') {
            const chamada = {
              faixa,
              cliente: texto(e.cliente),
              id,
              t0: e.t,
              t1: null,
              resposta: null,
              indeterminada: false,
            };
            m.chamadas.push(chamada);
            pedidos.set(e.cliente + '\n' + id, chamada);
            if (id !== null) {
              descrever(operacao(id), e);
              operacao(id).origem = texto(e.cliente);
              operacao(id).chamadas.push(chamada);
            }
          } else {
            const chamada = pedidos.get(e.cliente + '\n' + id);
            if (chamada && chamada.t1 === null) {
              chamada.t1 = e.t;
              chamada.indeterminada = e.evento === 'indeterminada';
              chamada.resposta = texto(e.texto);
            }
          }
          break;
        }
        case 'falta': {
          const alvo = texto(e.alvo);
          const fimDe = Object.keys(FIM_DE).find(inicio => FIM_DE[inicio] === e.evento);
          if (e.evento === 'matar' || e.evento === 'parar') {
            processoVira(alvo, e.evento === 'matar' ? 'morto' : 'parado', e.t);
          } else if (e.evento === 'continuar') {
            processoVira(alvo, 'vivo', e.t);
          }
          if (fimDe && acabar(fimDe, alvo, e.t)) {
            if (fimDe !== 'segurar') {
              abertas.delete(fimDe + '\n' + alvo);
            }
          } else {
            const ate = Number.isFinite(e.ate) ? e.ate : null;
            const falta = {
              evento: texto(e.evento),
              alvo,
              t0: e.t,
              t1: ate,
              texto: nomeDaFalta(texto(e.evento), alvo),
            };
            m.faltas.push(falta);
            if (FIM_DE[e.evento]) {
              abertas.set(e.evento + '\n' + alvo, falta);
            }
          }
          break;
        }
        case 'decisao':
        case 'adotar': // daí em diante ela sabe o que um instantâneo lhe disse, e o rastro não diz quanto
          m.marcas.push({
            t: e.t,
            faixa: faixaDe(e.processo),
            processo: texto(e.processo),
            adotou: e.tipo === 'adotar',
            texto: e.tipo === 'adotar' ? `adotou o estado até seq ${texto(e.seq)}` : texto(e.texto),
          });
          break;
        case 'nota':
          m.notas.push({ t: e.t, texto: texto(e.texto) });
          break;
        case 'veredito':
          m.vereditos.push({ nome: texto(e.nome), valor: texto(e.valor), detalhes: lista(e.detalhes) });
          break;
        default: // um tipo que este visor não conhece só aparece na lista de eventos
      }
    }
    for (const [faixa, aberto] of estado) {
      m.faixas.push({ faixa, tipo: aberto.tipo, t0: aberto.t, t1: m.fim });
      if (aberto.tipo !== 'fora') {
        m.ausentes.add(m.processos[faixa]);
      }
    }
    for (const falta of m.faltas) {
      if (falta.t1 === null && FIM_DE[falta.evento]) {
        falta.t1 = m.fim;
      }
      const [de, para] = falta.alvo.split('>');
      if (falta.evento === 'cortar' && lugar.has(de) && lugar.has(para)) {
        m.cortes.push({ de: lugar.get(de), para: lugar.get(para), t0: falta.t0, t1: Math.min(falta.t1, m.fim) });
      }
    }
    const uteis = [m.aplicacoes, m.chamadas, m.faltas, m.marcas, m.notas, m.mensagens.filter(msg => !msg.controle)].flat();
    const instantes = uteis
      .flatMap(x => [x.t, x.t0, x.t1, x.segura, x.solta])
      .filter(t => Number.isFinite(t) && t > 0 && t < m.fim);
    m.instantes = [...new Set([0, ...instantes, m.fim])].sort((a, b) => a - b);
    const clientes = m.processos.filter(p => p.startsWith('cliente'));
    for (const op of m.operacoes.values()) {
      op.nome = op.nome || op.resumo || op.id;
      op.cor = op.origem === null ? -1 : clientes.indexOf(op.origem);
    }
    m.clientes = clientes;
    const tipos = new Set(m.aplicacoes.map(ap => ap.processo.replace(/-\d+$/, '')));
    m.replicas = m.processos.filter(p => tipos.has(p.replace(/-\d+$/, '')));
    return m;
  }

  function nomeDaFalta(evento, alvo) {
    const nome = NOME_DA_FALTA[evento] || evento;
    return alvo.includes('>') ? `${nome} ${seta(alvo)}` : `${alvo} ${nome}`.trim();
  }

  const lista = v => (Array.isArray(v) ? v.map(texto) : []);

  /** O saldo antes: o que a própria operação desfaz; se não se sabe, o último que a réplica disse, ou zero. */
  function antesDe(e, i, depois, ultimo) {
    if (e.resultado !== 'APLICADA') {
      return depois;
    }
    const valor = Number(e.valor);
    if (Number.isFinite(valor) && Number.isFinite(depois)) {
      if (e.operacao === 'DEPOSITO') {
        return depois - valor;
      }
      if (e.operacao === 'SAQUE') {
        return depois + valor;
      }
      if (e.operacao === 'TRANSFERENCIA' && lista(e.contas).length === 2) {
        return e.contas[0] === e.contas[1] ? depois : depois + (i === 0 ? valor : -valor);
      }
    }
    return ultimo === undefined ? 0 : ultimo;
  }

  /** As contas que acabam diferentes entre as réplicas de pé, e de quando em diante: {conta, t, id, finais}. */
  function divergencias(m, vereditos) {
    if (vereditos.some(v => v.nome === 'replicas-iguais' && v.valor === 'sim')) {
      return []; // perguntou-se às réplicas, e o que elas dizem vale mais do que as linhas que o rastro apanhou
    }
    const replicas = m.replicas.filter(r => !m.ausentes.has(r) && !esqueceu(m, r));
    if (replicas.length < 2) {
      return [];
    }
    const porConta = new Map();
    for (const ap of m.aplicacoes.filter(a => replicas.includes(a.processo))) {
      ap.contas.forEach((conta, i) => {
        if (Number.isFinite(ap.depois[i])) {
          porConta.set(conta, [...(porConta.get(conta) || []), { ap, saldo: ap.depois[i] }]);
        }
      });
    }
    const achadas = [];
    for (const [conta, passos] of porConta) {
      const finais = new Map(replicas.map(r => [r, 0]));
      passos.forEach(p => finais.set(p.ap.processo, p.saldo));
      if (new Set([...finais.values()].map(centavos)).size > 1) {
        achadas.push({ conta, finais, ...momento(m, passos, replicas) });
      }
    }
    return achadas.sort((a, b) => a.t - b.t);
  }

  /** Desde quando o rastro deixa de dizer que saldos ela tem, até que aplique de novo: morreu, ou adotou um instantâneo. */
  function esquecimentos(m, replica) {
    const mortes = m.faixas.filter(f => f.tipo === 'morto' && m.processos[f.faixa] === replica).map(f => f.t0);
    return mortes.concat(m.marcas.filter(x => x.adotou && x.processo === replica).map(x => x.t));
  }

  function esqueceu(m, replica) {
    const ultimo = Math.max(-1, ...esquecimentos(m, replica));
    return ultimo >= 0 && !m.aplicacoes.some(ap => ap.processo === replica && ap.t >= ultimo);
  }

  /** A primeira operação que teve resultados diferentes, ou que uma réplica nunca aplicou. */
  function momento(m, passos, replicas) {
    const porId = new Map();
    for (const { ap } of passos) {
      if (ap.resultado !== 'DUPLICADA') {
        const visto = porId.get(ap.id) || new Map();
        if (!visto.has(ap.processo)) {
          visto.set(ap.processo, ap);
        }
        porId.set(ap.id, visto);
      }
    }
    let melhor = null;
    for (const [id, visto] of porId) {
      const aps = [...visto.values()];
      const primeiro = Math.min(...aps.map(a => a.t));
      const faltou = replicas.some(r => !visto.has(r) && !esquecimentos(m, r).some(t => t >= primeiro));
      if (faltou || new Set(aps.map(a => a.resultado)).size > 1) {
        const t = faltou ? primeiro : Math.max(...aps.map(a => a.t));
        if (!melhor || t < melhor.t) {
          melhor = { t, id };
        }
      }
    }
    return melhor || { t: passos[passos.length - 1].ap.t, id: passos[passos.length - 1].ap.id };
  }

  // ───── O diagrama ─────

  const INSTANTES_PARA_COMPRIMIR = 1500;
  const EXPOENTE = 0.4; // 1 ms ocupa 1, 100 ms ocupam 6, 1 s ocupa 16

  /** Onde fica cada instante: em tempo real, ou com as esperas entre um evento e o seguinte comprimidas. */
  class Eixo {
    constructor(m, comprimido) {
      this.comprimido = comprimido;
      this.ts = comprimido ? m.instantes : [0, m.fim];
      this.us = [0];
      for (let i = 1; i < this.ts.length; i++) {
        const vao = this.ts[i] - this.ts[i - 1];
        this.us.push(this.us[i - 1] + (comprimido ? vao ** EXPOENTE : vao));
      }
      this.fim = this.us[this.us.length - 1];
    }

    u(t) {
      return passar(this.ts, this.us, t);
    }

    t(u) {
      return passar(this.us, this.ts, u);
    }
  }

  /** Leva um valor de uma escala à outra; entre dois nós, e fora deles, em linha reta. */
  function passar(de, para, v) {
    let a = 0;
    let b = de.length - 1;
    if (v < de[a] || v > de[b]) {
      const razao = para[b] / de[b];
      return v < de[a] ? v * razao : para[b] + (v - de[b]) * razao;
    }
    while (b - a > 1) {
      const meio = (a + b) >> 1;
      if (de[meio] <= v) {
        a = meio;
      } else {
        b = meio;
      }
    }
    return para[a] + ((v - de[a]) / (de[b] - de[a])) * (para[b] - para[a]);
  }

  /** O diagrama de espaço-tempo: o tempo corre para a direita, cada processo tem a sua faixa. */
  class Diagrama {
    constructor(m, divergente, aoEscolher) {
      this.m = m;
      this.divergente = divergente;
      this.aoEscolher = aoEscolher;
      this.filtro = '';
      this.controle = false;
      this.escolhida = null;
      this.eixo = new Eixo(m, m.instantes.length <= INSTANTES_PARA_COMPRIMIR);
      this.vista = { u0: 0, u1: 1 };
      this.canvas = el('canvas', {
        tabindex: 0,
        role: 'application',
        'aria-roledescription': 'diagrama de espaço-tempo',
        'aria-label':
          `Diagrama de espaço-tempo: ${m.processos.length} processos, ${m.mensagens.length} mensagens. ` +
          'Setas movem, mais e menos aproximam e afastam, zero ajusta, ' +
          'N e P escolhem a operação seguinte e a anterior, Esc desfaz.',
      });
      this.dica = el('div', { class: 'dica', hidden: true });
      this.caixa = el('div', { class: 'diagrama' }, this.canvas, this.dica);
      this.ctx = this.canvas.getContext('2d');
      this.ouvir();
      new ResizeObserver(() => this.medir()).observe(this.caixa);
      this.ajustar();
    }

    // Medidas

    medir() {
      const largura = impressao.matches ? 1020 : this.caixa.clientWidth;
      if (largura < 40) {
        return;
      }
      const letra = parseFloat(getComputedStyle(this.caixa).fontSize);
      this.letra = limitar(letra * 0.86, 13, 18);
      const faixas = Math.max(this.m.processos.length, 1);
      this.passo = limitar(Math.round((largura < 600 ? 330 : 430) / faixas), 58, 104);
      this.alto = this.m.faltas.length === 0 ? 12 : this.m.faltas.length === 1 ? 40 : 66;
      this.baixo = (this.m.notas.length > 0 ? 30 : 6) + 34;
      this.largura = largura;
      this.altura = this.alto + faixas * this.passo + this.baixo;
      this.dpr = Math.max(window.devicePixelRatio || 1, impressao.matches ? 2 : 1);
      this.canvas.width = Math.round(largura * this.dpr);
      this.canvas.height = Math.round(this.altura * this.dpr);
      this.canvas.style.height = impressao.matches ? 'auto' : this.altura + 'px';
      this.tema = tema();
      this.riscos = {};
      this.ctx.font = `600 ${this.letra}px ${this.tema.letra}`;
      const maior = Math.max(40, ...this.m.processos.map(p => this.ctx.measureText(curto(p, 24)).width));
      this.esquerda = Math.round(Math.min(maior + 26, largura * 0.3));
      this.desenhar();
    }

    x(t) {
      return this.xDe(this.eixo.u(t));
    }

    xDe(u) {
      return this.esquerda + ((u - this.vista.u0) / (this.vista.u1 - this.vista.u0)) * (this.largura - this.esquerda);
    }

    uDe(x) {
      return this.vista.u0 + ((x - this.esquerda) / (this.largura - this.esquerda)) * (this.vista.u1 - this.vista.u0);
    }

    y(faixa) {
      return this.alto + (faixa + 0.5) * this.passo;
    }

    // Vista

    /** Com as esperas comprimidas, ou não; mostra tudo. */
    comprimir(sim) {
      this.eixo = new Eixo(this.m, sim);
      this.ajustar();
    }

    ajustar() {
      this.ver(-this.eixo.fim * 0.03, this.eixo.fim * 1.05);
    }

    ver(u0, u1) {
      const { fim } = this.eixo;
      const vao = limitar(u1 - u0, Math.max(fim / 2e5, 0.005), fim * 1.2);
      const inicio = limitar(u0, -fim * 0.1, Math.max(fim * 1.1 - vao, -fim * 0.1));
      this.vista = { u0: inicio, u1: inicio + vao };
      this.pedirQuadro();
    }

    aproximar(fator, emX = (this.esquerda + this.largura) / 2) {
      const u = this.uDe(emX);
      this.ver(u - (u - this.vista.u0) / fator, u + (this.vista.u1 - u) / fator);
    }

    mover(parte) {
      const vao = (this.vista.u1 - this.vista.u0) * parte;
      this.ver(this.vista.u0 + vao, this.vista.u1 + vao);
    }

    mostrar(t) {
      const u = this.eixo.u(t);
      const vao = this.vista.u1 - this.vista.u0;
      if (u < this.vista.u0 + vao * 0.05 || u > this.vista.u1 - vao * 0.1) {
        this.ver(u - vao / 2, u + vao / 2);
      }
    }

    pedirQuadro() {
      if (!this.quadro) {
        this.quadro = requestAnimationFrame(() => {
          this.quadro = null;
          this.desenhar();
        });
      }
    }

    // Escolha

    passa(id, controle = false) {
      return (this.controle || !controle) && (this.filtro === '' || (id !== null && id.toLowerCase().includes(this.filtro)));
    }

    /** As operações que o filtro deixa, pela ordem em que começaram. */
    operacoes() {
      return [...this.m.operacoes.values()].filter(op => this.passa(op.id)).sort((a, b) => a.t - b.t);
    }

    escolher(id, mostrar = false) {
      this.escolhida = id;
      const op = this.m.operacoes.get(id);
      if (op && mostrar) {
        this.mostrar(op.t);
      }
      this.aoEscolher(op || null);
      this.pedirQuadro();
    }

    escolherVizinha(passo) {
      const ops = this.operacoes();
      if (ops.length > 0) {
        const aqui = ops.findIndex(op => op.id === this.escolhida);
        this.escolher(ops[aqui < 0 ? (passo > 0 ? 0 : ops.length - 1) : (aqui + passo + ops.length) % ops.length].id, true);
      }
    }

    // Desenho

    /** Os vértices de uma mensagem: o envio, onde esperou na rede (se esperou), e onde acabou. */
    pontos(msg) {
      const sentido = Math.sign(msg.para - msg.de) || 1;
      const x0 = this.x(msg.t0);
      const y0 = this.y(msg.de) + sentido * 4;
      const meio = this.y(msg.de) + sentido * this.passo * (0.42 + 0.05 * (msg.ordem % 4));
      if (msg.destino === 'perdida' && msg.segura === null) {
        return [
          [x0, y0],
          [Math.max(this.x(msg.t1), x0 + this.passo * 0.28), this.y(msg.de) + sentido * this.passo * 0.5],
        ];
      }
      if (msg.segura !== null) {
        const xs = Math.max(this.x(msg.segura), x0 + 6);
        const xe = Math.max(this.x(msg.solta === null ? this.m.fim : msg.solta), xs + 2);
        const espera = [
          [x0, y0],
          [xs, meio],
          [xe, meio],
        ];
        return msg.destino === 'entregue'
          ? [...espera, [Math.max(this.x(msg.t1), xe), this.y(msg.para) - sentido * 6]]
          : espera;
      }
      if (msg.t1 === null) {
        return [
          [x0, y0],
          [x0 + this.passo * 0.25, this.y(msg.de) + sentido * this.passo * 0.4],
        ];
      }
      return [
        [x0, y0],
        [this.x(msg.t1), this.y(msg.para) - sentido * 6],
      ];
    }

    corDe(id) {
      const op = id === null ? null : this.m.operacoes.get(id);
      return op && op.cor >= 0 ? this.tema.clientes[op.cor % 6] : this.tema.suave;
    }

    visiveis() {
      return this.m.mensagens.filter(msg => msg.de >= 0 && msg.para >= 0 && this.passa(msg.id, msg.controle));
    }

    desenhar() {
      if (!this.largura) {
        return;
      }
      const { ctx, tema: cor, largura, altura } = this;
      const pe = altura - this.baixo;
      ctx.setTransform(this.dpr, 0, 0, this.dpr, 0, 0);
      ctx.fillStyle = cor.fundo;
      ctx.fillRect(0, 0, largura, altura);
      ctx.textBaseline = 'middle';
      this.rotulos = [];
      ctx.save();
      ctx.beginPath();
      ctx.rect(this.esquerda, 0, largura - this.esquerda, altura);
      ctx.clip();
      this.desenharGrade(pe);
      this.desenharFaixas();
      this.desenharCortes();
      this.desenharChamadas();
      const desenhadas = this.desenharMensagens();
      this.desenharAplicacoes();
      this.desenharMarcas();
      this.desenharDivergencia(pe);
      this.escreverRotulos(desenhadas);
      this.desenharFaltas();
      this.desenharNotas(pe);
      ctx.restore();
      this.desenharNomes(pe);
      this.canvas.dataset.mensagens = desenhadas.length;
    }

    desenharGrade(pe) {
      const { ctx, tema: cor } = this;
      this.m.processos.forEach((nome, i) => {
        if (i % 2 === 0) {
          ctx.fillStyle = cor.faixa;
          ctx.fillRect(this.esquerda, this.alto + i * this.passo, this.largura, this.passo);
        }
      });
      ctx.font = `${this.letra - 1}px ${cor.letra}`;
      ctx.textAlign = 'center';
      ctx.lineWidth = 1;
      let ocupado = this.esquerda - 30;
      for (let em = this.esquerda + 10; em < this.largura; em += 30) {
        const [antes, depois] = [this.eixo.t(this.uDe(em - 45)), this.eixo.t(this.uDe(em + 45))];
        const base = 10 ** Math.floor(Math.log10(Math.max(depois - antes, 1e-6)));
        const passo = [1, 2, 5, 10].map(f => f * base).find(p => p >= depois - antes);
        const t = Math.round(this.eixo.t(this.uDe(em)) / passo) * passo; // o instante redondo mais perto daqui
        const x = Math.round(this.x(t)) + 0.5;
        if (t < 0 || t > this.m.fim || x < ocupado + 90 || x > this.largura) {
          continue;
        }
        ocupado = x;
        ctx.strokeStyle = cor.grade;
        ctx.beginPath();
        ctx.moveTo(x, this.alto);
        ctx.lineTo(x, this.altura - 30);
        ctx.stroke();
        ctx.fillStyle = cor.suave;
        if (x > this.esquerda + 14 && x < this.largura - 30) {
          const emSegundos = passo >= 100 && t >= 1000;
          const casas = Math.max(0, -Math.floor(Math.log10(emSegundos ? passo / 1000 : passo) + 1e-9));
          ctx.fillText((emSegundos ? t / 1000 : t).toFixed(casas) + (emSegundos ? ' s' : ' ms'), x, this.altura - 15);
        }
      }
      ctx.strokeStyle = cor.linha;
      ctx.lineWidth = 1.5;
      this.m.processos.forEach((nome, i) => {
        ctx.beginPath();
        ctx.moveTo(Math.max(this.x(0), this.esquerda), this.y(i));
        ctx.lineTo(this.x(this.m.fim), this.y(i));
        ctx.stroke();
      });
    }

    desenharFaixas() {
      const { ctx, tema: cor } = this;
      for (const f of this.m.faixas) {
        const x0 = this.x(f.t0);
        const l = this.x(f.t1) - x0;
        const y = this.y(f.faixa);
        const meia = f.tipo === 'fora' ? 4 : this.passo * 0.3;
        ctx.fillStyle = f.tipo === 'fora' ? (f.faixa % 2 === 0 ? cor.faixa : cor.fundo) : cor.morto;
        ctx.fillRect(x0, y - meia, l, meia * 2);
        if (f.tipo === 'parado') {
          ctx.fillStyle = this.risco(cor.suave, 1, 9);
          ctx.fillRect(x0, y - meia, l, meia * 2);
        }
        if (f.tipo === 'fora') {
          ctx.strokeStyle = cor.linha;
          ctx.setLineDash([2, 6]);
          this.traco([
            [x0, y],
            [x0 + l, y],
          ]);
          ctx.setLineDash([]);
        } else {
          const nome = f.tipo === 'morto' ? 'processo morto' : 'processo parado';
          ctx.font = `600 ${this.letra - 1}px ${cor.letra}`;
          const a = Math.max(x0, this.esquerda) + 8;
          if (x0 + l - a > ctx.measureText(nome).width + 6) {
            this.rotulo(nome, a, y - meia + this.letra * 0.8, cor.texto, true, cor.morto);
          }
        }
      }
    }

    desenharCortes() {
      for (const corte of this.m.cortes) {
        const acima = Math.min(corte.de, corte.para);
        const y0 = this.y(acima) + 10;
        const y1 = this.y(Math.max(corte.de, corte.para)) - 10;
        const x0 = this.x(corte.t0);
        const x1 = this.x(corte.t1);
        this.ctx.save();
        this.ctx.globalAlpha = 0.5;
        this.ctx.fillStyle = this.risco(this.tema.nao, corte.de < corte.para ? 1 : -1, 10);
        this.ctx.fillRect(x0, y0, Math.max(x1 - x0, 2), y1 - y0);
        this.ctx.strokeStyle = this.tema.nao;
        this.ctx.setLineDash([3, 3]);
        this.ctx.lineWidth = 1;
        this.ctx.strokeRect(x0, y0, Math.max(x1 - x0, 2), y1 - y0);
        this.ctx.restore();
      }
    }

    /** Um padrão de riscos inclinados. */
    risco(cor, sentido, lado) {
      const chave = cor + sentido;
      if (!this.riscos[chave]) {
        const p = el('canvas', { width: lado, height: lado });
        const c = p.getContext('2d');
        c.strokeStyle = cor;
        c.lineWidth = 1.4;
        for (const d of [-lado, 0, lado]) {
          c.beginPath();
          c.moveTo(d - 1, sentido > 0 ? lado + 1 : -1);
          c.lineTo(d + lado + 1, sentido > 0 ? -1 : lado + 1);
          c.stroke();
        }
        this.riscos[chave] = this.ctx.createPattern(p, 'repeat');
      }
      return this.riscos[chave];
    }

    traco(pontos) {
      this.ctx.beginPath();
      pontos.forEach(([x, y], i) => (i === 0 ? this.ctx.moveTo(x, y) : this.ctx.lineTo(x, y)));
      this.ctx.stroke();
    }

    apagada(id) {
      return this.escolhida !== null && this.escolhida !== id;
    }

    desenharChamadas() {
      const { ctx } = this;
      const espessura = 9;
      for (const c of this.m.chamadas) {
        const x0 = this.x(c.t0);
        const x1 = this.x(c.t1 === null ? c.t0 : c.t1);
        if (c.faixa < 0 || x1 < this.esquerda || x0 > this.largura || !this.passa(c.id)) {
          continue;
        }
        ctx.globalAlpha = this.apagada(c.id) ? 0.12 : this.escolhida === c.id ? 1 : 0.55;
        const y = this.y(c.faixa);
        ctx.fillStyle = this.corDe(c.id);
        if (c.t1 === null) {
          // ninguém esperou, ou o rastro acabou antes
          ctx.fillRect(x0 - 1.5, y - espessura, 4, espessura * 2);
        } else if (c.indeterminada) {
          ctx.strokeStyle = this.corDe(c.id);
          ctx.lineWidth = 2;
          ctx.setLineDash([5, 4]);
          ctx.strokeRect(x0, y - espessura / 2, Math.max(x1 - x0, 4), espessura);
          ctx.setLineDash([]);
          if (!this.apagada(c.id)) {
            ctx.globalAlpha = 1;
            this.rotulo('sem resposta: indeterminada', x1 + 6, y - espessura - 4, this.tema.duvida, true);
          }
        } else {
          ctx.fillRect(x0, y - espessura / 2, Math.max(x1 - x0, 3), espessura);
        }
        ctx.globalAlpha = 1;
      }
    }

    desenharMensagens() {
      const { ctx, tema: cor } = this;
      const desenhadas = [];
      for (const msg of this.visiveis()) {
        const p = this.pontos(msg);
        if (p[p.length - 1][0] >= this.esquerda - 4 && p[0][0] <= this.largura) {
          desenhadas.push({ msg, p });
        }
      }
      const muitas = desenhadas.length > 2500;
      const grupos = new Map(); // o mesmo traço de uma vez só
      const jaHa = new Set();
      for (const d of desenhadas) {
        const { msg, p } = d;
        if (muitas && this.escolhida !== msg.id) {
          // setas que caem nos mesmos pixels são uma seta
          const chave = `${msg.de},${msg.para},${Math.round(p[0][0])},${Math.round(p[p.length - 1][0])},${msg.destino}`;
          if (jaHa.has(chave)) {
            continue;
          }
          jaHa.add(chave);
        }
        const simples = msg.destino === 'entregue' && msg.segura === null && msg.copia === 0;
        const chave = [
          this.apagada(msg.id),
          this.escolhida !== null && this.escolhida === msg.id,
          msg.controle,
          simples,
          this.corDe(msg.id),
        ].join();
        if (!grupos.has(chave)) {
          grupos.set(chave, {
            apagada: this.apagada(msg.id),
            escolhida: this.escolhida === msg.id && msg.id !== null,
            controle: msg.controle,
            simples,
            cor: msg.controle ? cor.suave : this.corDe(msg.id),
            itens: [],
          });
        }
        grupos.get(chave).itens.push(d);
      }
      for (const g of [...grupos.values()].sort((a, b) => a.escolhida - b.escolhida || b.apagada - a.apagada)) {
        ctx.globalAlpha = g.apagada ? 0.13 : g.escolhida ? 1 : muitas ? 0.45 : g.controle ? 0.6 : 1;
        ctx.strokeStyle = ctx.fillStyle = g.cor;
        ctx.lineWidth = g.escolhida ? 3.6 : muitas || g.controle ? 1.1 : 2;
        if (g.simples) {
          ctx.beginPath();
          for (const { p } of g.itens) {
            ctx.moveTo(p[0][0], p[0][1]);
            ctx.lineTo(p[1][0], p[1][1]);
          }
          ctx.stroke();
        } else {
          g.itens.forEach(d => this.desenharEspecial(d, g));
        }
        if (!muitas || g.escolhida) {
          ctx.beginPath();
          g.itens
            .filter(({ msg }) => msg.destino === 'entregue')
            .forEach(({ p }) => this.ponta(p, g.escolhida ? 13 : g.controle ? 8 : 10));
          ctx.fill();
        }
      }
      ctx.globalAlpha = 1;
      return desenhadas;
    }

    /** As que não chegaram direito: perdidas com ✕, seguras tracejadas, cópias com traço duplo, a caminho com um círculo. */
    desenharEspecial({ msg, p }, g) {
      const { ctx, tema: cor } = this;
      const fim = p[p.length - 1];
      if (msg.segura !== null) {
        this.traco(p.slice(0, 2));
        ctx.setLineDash([7, 5]);
        this.traco(p.slice(1, 3));
        ctx.setLineDash([]);
        this.traco(p.slice(2));
        ctx.fillRect(p[1][0] - 4, p[1][1] - 5, 3, 10);
        ctx.fillRect(p[1][0] + 1, p[1][1] - 5, 3, 10);
      } else if (msg.copia > 0) {
        const largura = ctx.lineWidth;
        ctx.lineWidth = largura * 3;
        this.traco(p);
        ctx.strokeStyle = cor.fundo;
        ctx.lineWidth = largura * 1.4;
        this.traco(p);
        ctx.strokeStyle = g.cor;
        ctx.lineWidth = largura;
      } else {
        this.traco(p);
      }
      if (msg.destino === 'perdida') {
        const r = g.escolhida ? 9 : 7;
        ctx.save();
        ctx.strokeStyle = cor.nao;
        ctx.lineWidth = g.escolhida ? 4 : 3;
        this.traco([
          [fim[0] - r, fim[1] - r],
          [fim[0] + r, fim[1] + r],
        ]);
        this.traco([
          [fim[0] - r, fim[1] + r],
          [fim[0] + r, fim[1] - r],
        ]);
        ctx.restore();
      } else if (msg.destino !== 'entregue') {
        ctx.save();
        ctx.fillStyle = cor.fundo;
        ctx.beginPath();
        ctx.arc(fim[0], fim[1], 5, 0, 7);
        ctx.fill();
        ctx.stroke();
        ctx.restore();
      }
    }

    ponta(p, tamanho) {
      const [x, y] = p[p.length - 1];
      const [xa, ya] = p[p.length - 2];
      const a = Math.atan2(y - ya, x - xa);
      const { ctx } = this;
      ctx.moveTo(x, y);
      ctx.lineTo(x - tamanho * Math.cos(a - 0.38), y - tamanho * Math.sin(a - 0.38));
      ctx.lineTo(x - tamanho * Math.cos(a + 0.38), y - tamanho * Math.sin(a + 0.38));
      ctx.closePath();
    }

    desenharAplicacoes() {
      const { ctx, tema: cor } = this;
      const vistas = this.m.aplicacoes.filter(
        ap => ap.faixa >= 0 && this.passa(ap.id) && this.x(ap.t) > this.esquerda - 8 && this.x(ap.t) < this.largura + 8,
      );
      const r0 = vistas.length > 1500 ? 2.5 : vistas.length > 300 ? 4 : 6.5;
      vistas.sort((a, b) => (a.id === this.escolhida) - (b.id === this.escolhida));
      for (const ap of vistas) {
        const x = this.x(ap.t);
        const y = this.y(ap.faixa);
        const escolhida = this.escolhida !== null && this.escolhida === ap.id;
        const r = escolhida ? Math.max(r0, 6.5) + 2 : r0;
        ctx.globalAlpha = this.apagada(ap.id) ? 0.15 : 1;
        ctx.lineWidth = r0 < 5 ? 1.2 : 2.2;
        ctx.beginPath();
        if (ap.resultado === 'RECUSADA') {
          // um losango vazado com um risco
          ctx.moveTo(x, y - r * 1.35);
          ctx.lineTo(x + r * 1.35, y);
          ctx.lineTo(x, y + r * 1.35);
          ctx.lineTo(x - r * 1.35, y);
          ctx.closePath();
          ctx.moveTo(x - r * 0.6, y);
          ctx.lineTo(x + r * 0.6, y);
          ctx.fillStyle = cor.fundo;
          ctx.strokeStyle = cor.nao;
        } else {
          ctx.arc(x, y, r, 0, 7);
          ctx.fillStyle = ap.resultado === 'APLICADA' ? this.corDe(ap.id) : cor.fundo;
          ctx.strokeStyle = ap.resultado === 'APLICADA' ? cor.fundo : cor.suave;
        }
        ctx.fill();
        if (r > 3 || ap.resultado !== 'APLICADA') {
          ctx.stroke();
        }
      }
      ctx.globalAlpha = 1;
      this.aplicacoesVistas = vistas;
    }

    /** O que um processo decidiu: um quadrado na faixa dele, com a decisão por cima se couber. */
    desenharMarcas() {
      for (const marca of this.m.marcas) {
        const x = this.x(marca.t);
        if (marca.faixa >= 0 && x > this.esquerda - 8 && x < this.largura + 8) {
          this.ctx.globalAlpha = this.escolhida === null ? 1 : 0.3;
          this.ctx.fillStyle = this.tema.texto;
          this.ctx.fillRect(x - 4.5, this.y(marca.faixa) - 4.5, 9, 9);
          this.ctx.globalAlpha = 1;
          if (this.escolhida === null) {
            this.rotulo(curto(marca.texto, 36), x - 6, this.y(marca.faixa) - 19, this.tema.texto);
          }
        }
      }
    }

    desenharDivergencia(pe) {
      const d = this.divergente;
      if (!d) {
        return;
      }
      const { ctx, tema: cor } = this;
      const x = this.x(d.t);
      ctx.strokeStyle = cor.nao;
      ctx.lineWidth = 2;
      ctx.setLineDash([2, 4]);
      this.traco([
        [x, this.alto],
        [x, pe],
      ]);
      ctx.setLineDash([]);
      const nome = curto(`${d.conta} diverge`, 28);
      ctx.font = `700 ${this.letra}px ${cor.letra}`;
      const cabe = x + 8 + ctx.measureText(nome).width < this.largura;
      this.rotulo(nome, cabe ? x + 8 : x - 8 - ctx.measureText(nome).width, this.alto + this.letra * 0.8, cor.nao, true);
    }

    /** Escreve se couber sem tocar no que já está escrito; diz se escreveu. */
    rotulo(palavras, x, y, cor, forte = false, fundo = this.tema.fundo) {
      const { ctx } = this;
      ctx.font = `${forte ? 600 : 400} ${this.letra - (forte ? 0 : 0.5)}px ${this.tema.letra}`;
      ctx.textAlign = 'left';
      const l = ctx.measureText(palavras).width;
      const r = [x - 3, y - this.letra * 0.62, x + l + 3, y + this.letra * 0.62];
      if (
        r[2] > this.largura ||
        r[0] < this.esquerda ||
        this.rotulos.some(o => o[0] < r[2] && r[0] < o[2] && o[1] < r[3] && r[1] < o[3])
      ) {
        return false;
      }
      this.rotulos.push(r);
      ctx.lineJoin = 'round';
      ctx.lineWidth = 4;
      ctx.strokeStyle = fundo;
      ctx.strokeText(palavras, x, y);
      ctx.fillStyle = cor;
      ctx.fillText(palavras, x, y);
      return true;
    }

    escreverRotulos(desenhadas) {
      const { tema: cor } = this;
      const escolhida = id => this.escolhida !== null && this.escolhida === id;
      const aps = this.aplicacoesVistas.filter(ap => !this.apagada(ap.id));
      if (aps.length <= 160 || this.escolhida !== null) {
        for (const ap of aps) {
          this.rotulos.push([this.x(ap.t) - 9, this.y(ap.faixa) - 9, this.x(ap.t) + 9, this.y(ap.faixa) + 9]);
        }
        aps.sort((a, b) => (b.resultado === 'RECUSADA') - (a.resultado === 'RECUSADA'));
        this.ctx.font = `400 ${this.letra - 0.5}px ${this.tema.letra}`;
        for (const ap of aps.slice(0, 300)) {
          const contas = ap.contas.map((c, i) => `${curto(c, 14)} ${dinheiro(ap.depois[i])}`).join(' · ');
          const frase =
            (ap.resultado === 'RECUSADA' ? 'recusada · ' : ap.resultado === 'DUPLICADA' ? 'repetida · ' : '') + contas;
          const x = this.x(ap.t) - 6;
          const y = this.y(ap.faixa);
          const tinta = ap.resultado === 'RECUSADA' ? cor.nao : cor.texto;
          const forte = escolhida(ap.id);
          const ultimo = ap.faixa === this.m.processos.length - 1;
          const alturas = [y + 20, y + 20 + this.letra * 1.3, ...(ultimo ? [y - 20] : [])];
          const aEsquerda = x + 12 - this.ctx.measureText(frase).width;
          alturas.some(altura => [x, aEsquerda].some(onde => this.rotulo(frase, onde, altura, tinta, forte)));
        }
      }
      const legiveis = desenhadas.filter(({ msg }) => msg.resumo && !this.apagada(msg.id));
      if (legiveis.length <= 240) {
        const ditos = new Set();
        legiveis.sort(
          (a, b) => escolhida(b.msg.id) - escolhida(a.msg.id) || a.msg.controle - b.msg.controle || a.msg.t0 - b.msg.t0,
        );
        for (const { msg, p } of legiveis) {
          const chave = `${msg.id}|${msg.de}|${msg.resumo}`;
          const nome =
            msg.destino === 'perdida'
              ? `perdida: ${msg.resumo}`
              : msg.copia > 0
                ? `cópia: ${msg.resumo}`
                : msg.segura !== null
                  ? `segura: ${msg.resumo}`
                  : msg.resumo;
          if (nome === msg.resumo && ditos.has(chave)) {
            continue; // a mesma coisa, dita a outro
          }
          const tinta = msg.destino === 'perdida' ? cor.nao : msg.controle ? cor.suave : this.corDe(msg.id);
          const lugares =
            msg.segura !== null
              ? [
                  [p[1][0] + 10, p[1][1] - this.letra * 0.8],
                  [p[1][0] + 10, p[1][1] + this.letra * 0.8],
                ]
              : msg.destino !== 'entregue'
                ? [[p[1][0] + 12, p[1][1]]]
                : [0.32, 0.2, 0.5, 0.68].map(f => [
                    p[0][0] + (p[1][0] - p[0][0]) * f + 10,
                    p[0][1] + (p[1][1] - p[0][1]) * f,
                  ]);
          if (lugares.some(([x, y]) => this.rotulo(curto(nome, 44), x, y, tinta, escolhida(msg.id)))) {
            ditos.add(chave);
          }
        }
      }
    }

    /** As faltas, numa fita no alto: cada uma do começo ao fim dela. */
    desenharFaltas() {
      const { ctx, tema: cor } = this;
      if (this.m.faltas.length === 0) {
        return;
      }
      const ocupado = this.m.faltas.length === 1 ? [-1e9] : [-1e9, -1e9];
      ctx.font = `600 ${this.letra - 1}px ${cor.letra}`;
      ctx.textAlign = 'left';
      for (const f of this.m.faltas) {
        const x0 = this.x(f.t0);
        const x1 = f.t1 === null ? x0 + 3 : Math.max(this.x(f.t1), x0 + 3);
        let linha = ocupado.findIndex(fim => fim + 10 < x0);
        const cabe = linha >= 0;
        linha = cabe ? linha : ocupado.indexOf(Math.min(...ocupado));
        const y = 8 + linha * 26;
        ctx.globalAlpha = 0.2;
        ctx.fillStyle = cor.nao;
        ctx.fillRect(x0, y, x1 - x0, 22);
        ctx.globalAlpha = 1;
        ctx.fillRect(x0, y, 3, 22);
        if (cabe) {
          const nome = curto(f.texto, 44);
          const l = ctx.measureText(nome).width;
          const depois = Math.max(x0 + 8, Math.min(this.esquerda + 8, x1));
          const xt = depois + l > this.largura && x0 - 8 - l > ocupado[linha] + 10 ? x0 - 8 - l : depois;
          ctx.fillStyle = cor.texto;
          ctx.fillText(nome, xt, y + 11.5);
          ocupado[linha] = Math.max(x1, xt + l);
        }
      }
    }

    desenharNotas(pe) {
      const { ctx, tema: cor } = this;
      let ultimo = -1e9;
      this.m.notas.forEach((nota, i) => {
        const x = this.x(nota.t);
        if (x - ultimo < 20) {
          return;
        }
        ultimo = x;
        ctx.fillStyle = cor.texto;
        ctx.beginPath();
        ctx.arc(x, pe + 17, 10, 0, 7);
        ctx.fill();
        ctx.fillStyle = cor.fundo;
        ctx.textAlign = 'center';
        ctx.font = `700 ${this.letra - 2}px ${cor.letra}`;
        ctx.fillText(String(i + 1), x, pe + 17.5);
      });
    }

    desenharNomes(pe) {
      const { ctx, tema: cor } = this;
      ctx.fillStyle = cor.fundo;
      ctx.fillRect(0, 0, this.esquerda, this.altura);
      ctx.textAlign = 'left';
      ctx.font = `600 ${this.letra}px ${cor.letra}`;
      const cabe = nome => {
        let n = nome;
        while (n.length > 2 && ctx.measureText(n).width > this.esquerda - 20) {
          n = curto(n, n.length - 1);
        }
        return n;
      };
      this.m.processos.forEach((nome, i) => {
        const cliente = this.m.clientes.indexOf(nome);
        if (i % 2 === 0) {
          ctx.fillStyle = cor.faixa;
          ctx.fillRect(0, this.alto + i * this.passo, this.esquerda, this.passo);
        }
        if (cliente >= 0) {
          ctx.fillStyle = cor.clientes[cliente % 6];
          ctx.fillRect(0, this.alto + i * this.passo, 5, this.passo);
        }
        ctx.fillStyle = cor.texto;
        ctx.fillText(cabe(nome), 14, this.y(i));
      });
      ctx.fillStyle = cor.suave;
      ctx.font = `${this.letra - 1}px ${cor.letra}`;
      if (this.m.faltas.length > 0) {
        ctx.fillText('faltas', 14, 19);
      }
      if (this.m.notas.length > 0) {
        ctx.fillText('história', 14, pe + 17);
      }
      ctx.fillText('tempo', 14, this.altura - 15);
      ctx.fillStyle = cor.linha;
      ctx.fillRect(this.esquerda - 1, 0, 1, this.altura);
    }

    // Mão e teclado

    /** O que está debaixo deste ponto: uma aplicação, um pedido ou uma mensagem; null se nada. */
    alvo(x, y) {
      if (x < this.esquerda) {
        return null;
      }
      let melhor = null;
      const tentar = (distancia, limite, achado) => {
        if (distancia < limite && (!melhor || distancia < melhor.distancia)) {
          melhor = { distancia, ...achado };
        }
      };
      for (const ap of this.aplicacoesVistas) {
        tentar(Math.hypot(this.x(ap.t) - x, this.y(ap.faixa) - y) - 4, 7, { ap, id: ap.id });
      }
      if (melhor) {
        return melhor;
      }
      for (const marca of this.m.marcas) {
        tentar(Math.hypot(this.x(marca.t) - x, this.y(marca.faixa) - y), 9, { marca, id: null });
      }
      for (const msg of this.visiveis()) {
        const p = this.pontos(msg);
        if (p[0][0] < x + 30 && p[p.length - 1][0] > x - 30) {
          for (let i = 1; i < p.length; i++) {
            tentar(distanciaAoSegmento(x, y, p[i - 1], p[i]), 8, { msg, id: msg.id });
          }
        }
      }
      for (const c of this.m.chamadas) {
        if (
          this.passa(c.id) &&
          Math.abs(this.y(c.faixa) - y) < 8 &&
          x > this.x(c.t0) - 4 &&
          x < this.x(c.t1 === null ? c.t0 : c.t1) + 4
        ) {
          tentar(5, 8, { chamada: c, id: c.id });
        }
      }
      return melhor;
    }

    ouvir() {
      const c = this.canvas;
      const posicao = ev => {
        const r = c.getBoundingClientRect();
        return [ev.clientX - r.left, ev.clientY - r.top];
      };
      c.addEventListener(
        'wheel',
        ev => {
          if (document.activeElement !== c && !ev.ctrlKey) {
            this.avisar('clique no diagrama (ou segure Ctrl) para aproximar com a roda');
            return;
          }
          ev.preventDefault();
          if (ev.shiftKey || Math.abs(ev.deltaX) > Math.abs(ev.deltaY)) {
            this.mover((ev.deltaX || ev.deltaY) / 1000);
          } else {
            this.aproximar(Math.exp(-ev.deltaY * (ev.deltaMode === 1 ? 0.05 : 0.0018)), posicao(ev)[0]);
          }
        },
        { passive: false },
      );
      c.addEventListener('pointerdown', ev => {
        if (ev.button === 0) {
          c.setPointerCapture(ev.pointerId);
          this.arrasto = { x: ev.clientX, vista: { ...this.vista }, andou: false };
        }
      });
      c.addEventListener('pointermove', ev => {
        if (this.arrasto) {
          const dx = ev.clientX - this.arrasto.x;
          this.arrasto.andou ||= Math.abs(dx) > 4;
          if (this.arrasto.andou) {
            const du = (dx / (this.largura - this.esquerda)) * (this.vista.u1 - this.vista.u0);
            this.ver(this.arrasto.vista.u0 - du, this.arrasto.vista.u1 - du);
            c.classList.add('arrastando');
          }
          return;
        }
        this.sobre = posicao(ev);
        this.olhar ||= requestAnimationFrame(() => {
          this.olhar = null;
          this.mostrarDica();
        });
      });
      c.addEventListener('pointerup', ev => {
        const arrasto = this.arrasto;
        this.arrasto = null;
        c.classList.remove('arrastando');
        if (arrasto && !arrasto.andou) {
          const achado = this.alvo(...posicao(ev));
          this.escolher(achado && achado.id !== null ? achado.id : null);
        }
      });
      c.addEventListener('pointercancel', () => {
        this.arrasto = null;
      });
      c.addEventListener('pointerleave', () => {
        this.sobre = null;
        this.dica.hidden = true;
      });
      c.addEventListener('dblclick', ev => this.aproximar(2.5, posicao(ev)[0]));
      c.addEventListener('keydown', ev => {
        const acao = {
          ArrowLeft: () => this.mover(-0.15),
          ArrowRight: () => this.mover(0.15),
          '+': () => this.aproximar(1.4),
          '=': () => this.aproximar(1.4),
          '-': () => this.aproximar(1 / 1.4),
          0: () => this.ajustar(),
          Home: () => this.ajustar(),
          n: () => this.escolherVizinha(1),
          p: () => this.escolherVizinha(-1),
          Escape: () => this.escolher(null),
        }[ev.key.length === 1 ? ev.key.toLowerCase() : ev.key];
        if (acao && !ev.ctrlKey && !ev.altKey && !ev.metaKey) {
          ev.preventDefault();
          acao();
        }
      });
    }

    avisar(frase) {
      this.dica.textContent = frase;
      this.dica.style.left = '50%';
      this.dica.style.top = '12px';
      this.dica.hidden = false;
      clearTimeout(this.apagar);
      this.apagar = setTimeout(() => {
        this.dica.hidden = true;
      }, 1800);
    }

    mostrarDica() {
      const achado = this.sobre && this.alvo(...this.sobre);
      this.canvas.classList.toggle('clicavel', Boolean(achado));
      if (!achado) {
        this.dica.hidden = true;
        return;
      }
      const { msg, ap, chamada, marca } = achado;
      this.dica.textContent = marca
        ? `${ms(marca.t)} · ${marca.processo} · ${marca.texto}`
        : msg
          ? frasesDaMensagem(this.m, msg).join(' · ')
          : ap
            ? `${ms(ap.t)} · ${ap.processo} · ${ap.resultado} · ` +
              ap.contas.map((c, i) => `${c} ${dinheiro(ap.antes[i])} → ${dinheiro(ap.depois[i])}`).join(', ')
            : `${chamada.cliente} pede em ${ms(chamada.t0)}` +
              (chamada.t1 === null
                ? ', sem resposta'
                : `; ${chamada.indeterminada ? 'desiste' : 'resposta'} em ${ms(chamada.t1)}`);
      this.dica.hidden = false;
      this.dica.style.left = limitar(this.sobre[0], 150, Math.max(150, this.largura - 150)) + 'px';
      this.dica.style.top = this.sobre[1] + 20 + 'px';
    }
  }

  function distanciaAoSegmento(x, y, [xa, ya], [xb, yb]) {
    const l2 = (xb - xa) ** 2 + (yb - ya) ** 2;
    const f = l2 === 0 ? 0 : limitar(((x - xa) * (xb - xa) + (y - ya) * (yb - ya)) / l2, 0, 1);
    return Math.hypot(x - xa - f * (xb - xa), y - ya - f * (yb - ya));
  }

  const SEM_ENTREGA = { perdida: 'PERDIDA', segura: 'nunca solta', 'a caminho': 'sem notícia dela' };

  function frasesDaMensagem(m, msg) {
    const frases = [
      `${m.processos[msg.de] || '?'} → ${m.processos[msg.para] || '?'}`,
      msg.resumo || (msg.controle ? 'controle' : ''),
    ];
    if (msg.seq !== undefined) {
      frases.push(`seq ${texto(msg.seq)}`);
    }
    if (msg.copia > 0) {
      frases.push(`cópia ${texto(msg.copia)}`);
    }
    if (msg.segura !== null) {
      frases.push(msg.solta === null ? `segura desde ${ms(msg.segura)}` : `segura de ${ms(msg.segura)} a ${ms(msg.solta)}`);
    }
    frases.push(
      msg.destino === 'entregue'
        ? `enviada em ${ms(msg.t0)}, entregue em ${ms(msg.t1)}`
        : `enviada em ${ms(msg.t0)}, ${SEM_ENTREGA[msg.destino]}`,
    );
    return frases.filter(Boolean);
  }

  // ───── O painel de uma operação ─────

  function painel(m, op) {
    if (!op) {
      return [
        el('h4', {}, 'Escolha uma operação'),
        el(
          'p',
          {},
          'Clique numa seta ou num ponto: a viagem inteira dela fica em destaque, ' +
            'e aqui aparecem os saldos de cada réplica antes e depois.',
        ),
        el(
          'p',
          { class: 'suave' },
          'Arraste para mover; a roda aproxima depois de um clique no diagrama. No teclado: ← → movem, + − aproximam, ' +
            '0 ajusta, N e P passam de operação em operação, Esc desfaz.',
        ),
      ];
    }
    const contas = op.contas.length > 0 ? op.contas : [...new Set(op.aplicacoes.flatMap(ap => ap.contas))];
    const linhas = [];
    const resultados = new Set(op.aplicacoes.filter(ap => ap.resultado !== 'DUPLICADA').map(ap => ap.resultado));
    for (const replica of m.replicas) {
      const aps = op.aplicacoes.filter(ap => ap.processo === replica);
      for (const ap of aps) {
        ap.contas.forEach((conta, i) =>
          linhas.push(
            el(
              'tr',
              {},
              el('th', { scope: 'row' }, i === 0 ? replica : ''),
              el('td', {}, conta),
              el('td', { class: 'numero' }, dinheiro(ap.antes[i])),
              el('td', { class: 'numero' }, dinheiro(ap.depois[i])),
              el(
                'td',
                {},
                i === 0
                  ? el('span', { class: 'resultado ' + (ap.resultado === 'RECUSADA' ? 'recusada' : '') }, ap.resultado)
                  : '',
              ),
            ),
          ),
        );
      }
      if (aps.length === 0) {
        linhas.push(
          el(
            'tr',
            { class: 'faltou' },
            el('th', { scope: 'row' }, replica),
            el('td', {}, contas.join(', ')),
            el('td', { colspan: 3 }, 'não aplicou'),
          ),
        );
      }
    }
    const respostas = op.chamadas.map(c =>
      el(
        'p',
        { class: 'resposta' },
        `${c.cliente} pediu em ${ms(c.t0)}; `,
        c.t1 === null
          ? 'não há resposta no rastro.'
          : c.indeterminada
            ? `desistiu em ${ms(c.t1)}: não sabe se valeu.`
            : `a resposta veio em ${ms(c.t1)} (${ms(c.t1 - c.t0)} depois): `,
        c.resposta ? el('strong', {}, c.resposta) : '',
      ),
    );
    return [
      el('h4', {}, op.nome),
      el('p', { class: 'id' }, op.id),
      respostas.length > 0 ? respostas : el('p', { class: 'resposta' }, 'O cliente não espera resposta.'),
      resultados.size > 1 ? el('p', { class: 'alerta' }, 'As réplicas deram resultados diferentes a esta operação.') : null,
      el(
        'table',
        { class: 'saldos' },
        el('caption', {}, 'Saldos antes e depois'),
        el(
          'thead',
          {},
          el('tr', {}, ...['réplica', 'conta', 'antes', 'depois', 'resultado'].map(c => el('th', { scope: 'col' }, c))),
        ),
        el('tbody', {}, linhas),
      ),
      op.mensagens.length === 0 ? null : el('h5', {}, 'A viagem'),
      el(
        'ol',
        { class: 'viagem' },
        op.mensagens.slice(0, 40).map(msg => el('li', {}, frasesDaMensagem(m, msg).join(' · '))),
      ),
      op.mensagens.length > 40 ? el('p', { class: 'suave' }, `e mais ${op.mensagens.length - 40} mensagens`) : null,
    ];
  }

  // ───── Os gráficos ─────

  const TRACOS = [[], [8, 5], [2, 4], [12, 4, 2, 4], [4, 4], [16, 6]];

  function eixos(cor, letra, nomeY) {
    const comum = {
      stroke: cor.suave,
      font: `${letra}px ${cor.letra}`,
      labelFont: `600 ${letra}px ${cor.letra}`,
      grid: { stroke: cor.grade, width: 1 },
      ticks: { stroke: cor.grade, width: 1 },
    };
    return [
      {
        ...comum,
        label: 'tempo (ms)',
        labelSize: 24,
        size: 34,
        space: 90,
        values: (u, vs) => vs.map(v => String(+v.toFixed(3))),
      },
      {
        ...comum,
        label: nomeY,
        labelSize: 26,
        size: 68,
        values: (u, vs) => vs.map(v => (v === null ? '' : String(+v.toFixed(3)))),
      },
    ];
  }

  /** Um gráfico do uPlot que se refaz quando o tema, a largura ou os dados mudam. */
  class Grafico {
    constructor(rotulo, montar) {
      this.montar = montar;
      this.lugar = el('div', { class: 'grafico', role: 'img', 'aria-label': rotulo });
      new ResizeObserver(() => this.lugar.clientWidth !== this.feitoPara && this.refazer()).observe(this.lugar);
    }

    refazer() {
      const largura = impressao.matches ? 500 : this.lugar.clientWidth;
      if (largura < 40) {
        return;
      }
      this.feitoPara = this.lugar.clientWidth;
      if (this.u) {
        this.u.destroy();
      }
      const letra = limitar(parseFloat(getComputedStyle(this.lugar).fontSize) * 0.84, 13, 17);
      const { opcoes, dados } = this.montar(tema(), letra);
      this.u = new uPlot(
        {
          width: largura,
          height: 300,
          legend: { show: false },
          cursor: { y: false, drag: { x: true, y: false } },
          scales: { x: { time: false } },
          ...opcoes,
        },
        dados,
        this.lugar,
      );
    }
  }

  function graficoDeSaldos(m, achadas) {
    const contas = [...new Set(m.aplicacoes.flatMap(ap => ap.contas))].sort();
    if (contas.length === 0) {
      return el('p', { class: 'suave' }, 'O rastro não tem aplicações: não há saldos para mostrar.');
    }
    const escolha = el(
      'select',
      { class: 'conta' },
      contas.map(c => {
        const d = achadas.some(a => a.conta === c);
        const o = el('option', {}, c + (d ? ' (diverge)' : ''));
        o.value = c;
        return o;
      }),
    );
    escolha.value = achadas.length > 0 ? achadas[0].conta : contas[0];
    const legenda = el('ul', { class: 'legenda' });
    const aviso = el('p', { class: 'legenda-aviso' });
    let leitura = [];
    const grafico = new Grafico('Saldo da conta em cada réplica, ao longo do tempo', (cor, letra) => {
      const conta = escolha.value;
      const d = achadas.find(a => a.conta === conta);
      const passos = m.aplicacoes.filter(
        ap => ap.contas.includes(conta) && Number.isFinite(ap.depois[ap.contas.indexOf(conta)]),
      );
      const mortes = m.replicas.flatMap(r => esquecimentos(m, r).map(t => ({ t, processo: r, some: true })));
      const comeco = Math.max(0, Math.min(m.fim, ...passos.map(p => p.t)) - m.fim * 0.05);
      const xs = [
        ...new Set([comeco, ...passos.map(p => p.t), ...mortes.map(f => f.t).filter(t => t > comeco), m.fim]),
      ].sort((a, b) => a - b);
      const linhas = m.replicas.map(replica => {
        const pontos = [...passos.filter(p => p.processo === replica), ...mortes.filter(f => f.processo === replica)].sort(
          (a, b) => a.t - b.t,
        );
        let i = 0;
        let valor = 0;
        return xs.map(x => {
          for (; i < pontos.length && pontos[i].t <= x; i++) {
            valor = pontos[i].some ? null : pontos[i].depois[pontos[i].contas.indexOf(conta)];
          }
          return valor;
        });
      });
      legenda.replaceChildren(
        ...m.replicas.map((replica, i) => {
          const risco = el('canvas', { width: 44, height: 16, class: 'amostra', 'aria-hidden': true });
          const c = risco.getContext('2d');
          c.strokeStyle = cor.clientes[i % 6];
          c.lineWidth = i === 0 ? 6 : 3;
          c.globalAlpha = i === 0 ? 0.6 : 1;
          c.setLineDash(TRACOS[i % 6]);
          c.beginPath();
          c.moveTo(0, 8);
          c.lineTo(44, 8);
          c.stroke();
          return el('li', {}, risco, replica, el('strong', { class: 'numero' }, ''));
        }),
      );
      leitura = [...legenda.querySelectorAll('strong')];
      const dizer = idx =>
        linhas.forEach((l, i) => {
          leitura[i].textContent = l[idx] === null || l[idx] === undefined ? '—' : dinheiro(l[idx]);
        });
      dizer(xs.length - 1);
      aviso.textContent = d
        ? `A conta ${conta} diverge a partir de ${ms(d.t)}.`
        : `Não se viu divergência na conta ${conta}.`;
      aviso.className = 'legenda-aviso' + (d ? ' diverge' : '');
      grafico.marca = d ? d.t : null;
      grafico.lugar.dataset.divergencia = d ? String(d.t) : '';
      return {
        dados: [xs, ...linhas],
        opcoes: {
          axes: eixos(cor, letra, 'saldo'),
          series: [
            {},
            ...m.replicas.map((r, i) => ({
              label: '',
              stroke: cor.clientes[i % 6] + (i === 0 ? '99' : ''),
              width: i === 0 ? 6 : 3,
              dash: TRACOS[i % 6],
              points: { show: false },
              paths: uPlot.paths.stepped({ align: 1 }),
            })),
          ],
          hooks: {
            setCursor: [u => dizer(u.cursor.idx === null || u.cursor.idx === undefined ? xs.length - 1 : u.cursor.idx)],
            draw: [u => d && marcar(u, d.t, cor, letra)],
          },
        },
      };
    });
    escolha.addEventListener('change', () => grafico.refazer());
    graficos.push(grafico);
    return [el('label', { class: 'campo' }, 'conta ', escolha), aviso, grafico.lugar, legenda];
  }

  /** Marca um instante com uma linha de alto a baixo. */
  function marcar(u, t, cor, letra) {
    const { ctx, bbox } = u;
    const x = u.valToPos(t, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) {
      return;
    }
    const e = uPlot.pxRatio;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = cor.nao;
    ctx.lineWidth = 2 * e;
    ctx.setLineDash([3 * e, 4 * e]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.font = `700 ${letra * e}px ${cor.letra}`;
    const direita = x < bbox.left + bbox.width * 0.65;
    ctx.textAlign = direita ? 'left' : 'right';
    ctx.textBaseline = 'top';
    ctx.setLineDash([]);
    ctx.lineWidth = 5 * e;
    ctx.strokeStyle = cor.fundo;
    ctx.strokeText('diverge aqui', x + (direita ? 8 : -8) * e, bbox.top + 4 * e);
    ctx.fillText('diverge aqui', x + (direita ? 8 : -8) * e, bbox.top + 4 * e);
    ctx.restore();
  }

  function graficoDeLatencia(m) {
    const feitas = m.chamadas.filter(c => c.t1 !== null);
    if (feitas.length === 0) {
      return null;
    }
    feitas.sort((a, b) => a.t0 - b.t0);
    const valores = feitas
      .filter(c => !c.indeterminada)
      .map(c => c.t1 - c.t0)
      .sort((a, b) => a - b);
    const percentil = p => valores[Math.min(valores.length - 1, Math.ceil(valores.length * p) - 1)];
    const semResposta = feitas.length - valores.length + m.chamadas.filter(c => c.t1 === null).length;
    const resumo = [
      `${valores.length} com resposta`,
      ...(valores.length > 0 ? [`metade até ${ms(percentil(0.5))}`, `99 % até ${ms(percentil(0.99))}`] : []),
      ...(semResposta > 0 ? [`${semResposta} sem resposta (✕)`] : []),
    ].join(' · ');
    const grafico = new Grafico('Latência de cada pedido: ' + resumo, (cor, letra) => {
      const positivos = feitas.map(c => Math.max(c.t1 - c.t0, 0.001));
      const log = Math.max(...positivos) > 40 * Math.max(percentil(0.5) || 0, 0.001) && feitas.length > 3;
      return {
        dados: [
          feitas.map(c => c.t0),
          feitas.map((c, i) => (c.indeterminada ? null : positivos[i])),
          feitas.map((c, i) => (c.indeterminada ? positivos[i] : null)),
        ],
        opcoes: {
          axes: eixos(cor, letra, log ? 'latência (ms, log)' : 'latência (ms)'),
          scales: {
            x: { time: false, range: [Math.max(0, feitas[0].t0 - m.fim * 0.05), m.fim] },
            y: log ? { distr: 3 } : { range: (u, min, max) => [0, max * 1.15 || 1] },
          },
          series: [
            {},
            {
              label: '',
              stroke: cor.clientes[0],
              fill: cor.clientes[0],
              paths: () => null,
              points: { show: true, size: feitas.length > 400 ? 5 : 9, fill: cor.clientes[0] },
            },
            { label: '', stroke: cor.nao, paths: () => null, points: { show: false } },
          ],
          hooks: {
            draw: [
              u => {
                u.ctx.save();
                u.ctx.strokeStyle = cor.nao;
                u.ctx.lineWidth = 3 * uPlot.pxRatio;
                feitas.forEach((c, i) => {
                  if (c.indeterminada) {
                    const x = u.valToPos(c.t0, 'x', true);
                    const y = u.valToPos(positivos[i], 'y', true);
                    const r = 6 * uPlot.pxRatio;
                    u.ctx.beginPath();
                    u.ctx.moveTo(x - r, y - r);
                    u.ctx.lineTo(x + r, y + r);
                    u.ctx.moveTo(x - r, y + r);
                    u.ctx.lineTo(x + r, y - r);
                    u.ctx.stroke();
                  }
                });
                u.ctx.restore();
              },
            ],
          },
        },
      };
    });
    graficos.push(grafico);
    return [el('p', { class: 'legenda-aviso' }, resumo), grafico.lugar];
  }

  // ───── A página ─────

  const graficos = [];
  const MARCA = { __proto__: null, sim: ['✓', 'sim'], NÃO: ['✕', 'nao'], desconhecido: ['?', 'duvida'] };

  /** Um selo com figura, palavra e cor; null se não é um dos três valores. */
  function selo(valor, nome = '') {
    const achado = MARCA[valor];
    return achado
      ? el(
          'span',
          { class: 'selo ' + achado[1] },
          el('span', { 'aria-hidden': true }, achado[0]),
          nome ? ` ${nome}: ` : ' ',
          el('b', {}, valor),
        )
      : null;
  }

  function celula(conteudo, i) {
    const palavras = texto(conteudo);
    const valor = Object.keys(MARCA).find(v => palavras === v || palavras.startsWith(v + ' '));
    const resto = valor ? palavras.slice(valor.length).trim() : '';
    const filhos = valor ? [selo(valor), resto ? el('small', {}, ' ' + resto) : null] : [palavras];
    return i === 0
      ? el('th', { scope: 'row' }, ...filhos)
      : el('td', { class: numerica(palavras) ? 'numero' : false }, ...filhos);
  }

  const numerica = palavras => /^-?[\d.,]+( ?[^\d\s]{1,3})?$/.test(palavras);

  function tabela(t) {
    const primeira = lista((t.linhas || [])[0]);
    return el(
      'section',
      { class: 'cartao' },
      el('h2', {}, texto(t.titulo)),
      el(
        'div',
        { class: 'rolar', tabindex: 0, role: 'region', 'aria-label': texto(t.titulo) },
        el(
          'table',
          { class: 'tabela' },
          el(
            'thead',
            {},
            el(
              'tr',
              {},
              lista(t.colunas).map((c, i) =>
                el('th', { scope: 'col', class: i > 0 && numerica(texto(primeira[i])) ? 'numero' : false }, c),
              ),
            ),
          ),
          el(
            'tbody',
            {},
            (t.linhas || []).map(l => el('tr', {}, lista(l).map(celula))),
          ),
        ),
      ),
    );
  }

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
      ha(x => x.segura !== null) ? item('segura', 'segura até soltar') : null,
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

  function secao(s, numero) {
    const m = entender(Array.isArray(s.rastro) ? s.rastro : []);
    const vereditos = (s.vereditos || []).length > 0 ? s.vereditos : m.vereditos;
    const achadas = divergencias(m, vereditos);
    const lado = el(
      'aside',
      { class: 'painel vazio', 'aria-live': 'polite', 'aria-label': 'Operação escolhida' },
      painel(m, null),
    );
    const escolha = el('select', { class: 'operacao' });
    const diagrama = new Diagrama(m, achadas[0], op => {
      lado.classList.toggle('vazio', !op);
      lado.replaceChildren(...painel(m, op).flat().filter(Boolean));
      lado.scrollTop = 0;
      escolha.value = op && [...escolha.options].some(o => o.value === op.id) ? op.id : '';
    });
    const conta = el('span', { class: 'suave', role: 'status' });
    const eventos = listaDeEventos(m, diagrama);
    const listar = () => {
      const ops = diagrama.operacoes();
      escolha.replaceChildren(
        el('option', { value: '' }, `— ${ops.length} operações —`),
        ...ops.slice(0, 500).map(op => {
          const o = el('option', {}, curto(`${ms(op.t)}  ${op.nome}`, 60));
          o.value = op.id;
          return o;
        }),
      );
      escolha.value = diagrama.escolhida || '';
      const vistas = diagrama.visiveis().length;
      const escondidas = m.mensagens.filter(x => x.controle).length;
      conta.textContent =
        `${vistas} de ${m.mensagens.length} mensagens` +
        (escondidas > 0 && !diagrama.controle ? ` (${escondidas} de controle escondidas)` : '');
      eventos.refazer();
    };
    const botao = (nome, rotulo, acao) =>
      el('button', { type: 'button', title: rotulo, 'aria-label': rotulo, onclick: acao }, nome);
    const filtro = el('input', {
      type: 'search',
      class: 'filtro',
      placeholder: 'parte do id_msg',
      autocomplete: 'off',
      oninput: () => {
        diagrama.filtro = filtro.value.trim().toLowerCase();
        listar();
        diagrama.pedirQuadro();
      },
    });
    const controle = el('input', {
      type: 'checkbox',
      class: 'controle',
      onchange: () => {
        diagrama.controle = controle.checked;
        listar();
        diagrama.pedirQuadro();
      },
    });
    const esperas = el('input', { type: 'checkbox', class: 'esperas', onchange: () => diagrama.comprimir(esperas.checked) });
    esperas.checked = diagrama.eixo.comprimido;
    escolha.addEventListener('change', () => diagrama.escolher(escolha.value || null, true));
    listar();
    const historia = lista(s.historia);
    const latencia = graficoDeLatencia(m);
    const pronta = el(
      'section',
      { class: 'secao', id: 'secao-' + numero, 'aria-labelledby': 'titulo-' + numero },
      el('h2', { id: 'titulo-' + numero }, texto(s.titulo)),
      el(
        'p',
        { class: 'suave' },
        [
          m.parte ? `parte ${texto(m.parte)}` : '',
          texto(m.semente) ? `semente ${texto(m.semente)}` : '',
          `${m.operacoes.size} operações`,
          `${m.eventos.length} eventos`,
          ms(m.fim),
        ]
          .filter(Boolean)
          .join(' · '),
      ),
      vereditos.length > 0
        ? el(
            'ul',
            { class: 'vereditos', 'aria-label': 'Vereditos' },
            vereditos.map(v => el('li', {}, selo(texto(v.valor), texto(v.nome)) || `${texto(v.nome)}: ${texto(v.valor)}`)),
          )
        : null,
      el(
        'div',
        { class: 'grade' },
        vereditos
          .filter(v => lista(v.detalhes).length > 0)
          .map(v =>
            el(
              'div',
              { class: 'detalhes' + (v.valor === 'NÃO' ? ' ruim' : '') },
              el('b', {}, texto(v.nome)),
              el(
                'ul',
                {},
                lista(v.detalhes).map(d => el('li', {}, d)),
              ),
            ),
          ),
      ),
      achadas.length > 0
        ? el(
            'p',
            { class: 'alerta divergencia' },
            achadas
              .slice(0, 3)
              .map(
                d =>
                  `A conta ${d.conta} diverge a partir de ${ms(d.t)}: ` +
                  [...d.finais].map(([r, v]) => `${r} termina com ${dinheiro(v)}`).join(', ') +
                  '. ',
              )
              .join(''),
            achadas.length > 3 ? `E mais ${achadas.length - 3} contas. ` : '',
            el('button', { type: 'button', onclick: () => diagrama.escolher(achadas[0].id, true) }, 'ver a operação'),
          )
        : null,
      historia.length > 0
        ? el(
            'div',
            { class: 'historia' },
            historia.map(p => el('p', {}, p)),
          )
        : null,
      m.notas.length > 0
        ? el(
            'ol',
            { class: 'notas', 'aria-label': 'O que aconteceu' },
            m.notas.map((n, i) =>
              el(
                'li',
                {},
                el(
                  'button',
                  {
                    type: 'button',
                    'aria-label': `nota ${i + 1}: mostrar no diagrama`,
                    onclick: () => diagrama.mostrar(n.t),
                  },
                  String(i + 1),
                ),
                el('span', {}, n.texto, ' ', el('small', {}, ms(n.t))),
              ),
            ),
          )
        : null,
      el(
        'div',
        { class: 'cartao' },
        el('h3', {}, 'Espaço-tempo'),
        el(
          'div',
          { class: 'barra', role: 'toolbar', 'aria-label': 'Diagrama' },
          el(
            'span',
            { class: 'grupo' },
            botao('−', 'afastar', () => diagrama.aproximar(1 / 1.5)),
            botao('+', 'aproximar', () => diagrama.aproximar(1.5)),
            botao('ajustar', 'mostrar tudo', () => diagrama.ajustar()),
          ),
          el(
            'span',
            { class: 'grupo' },
            botao('‹', 'operação anterior', () => diagrama.escolherVizinha(-1)),
            botao('›', 'operação seguinte', () => diagrama.escolherVizinha(1)),
            el('label', {}, el('span', { class: 'so-leitor' }, 'operação'), escolha),
          ),
          el('label', { class: 'campo' }, 'filtrar ', filtro),
          el('label', { class: 'campo' }, controle, ' controle'),
          el('label', { class: 'campo' }, esperas, ' comprimir esperas'),
          conta,
        ),
        el('div', { class: 'lado-a-lado' }, el('div', {}, diagrama.caixa, legendaDoDiagrama(m)), lado),
      ),
      el(
        'div',
        { class: 'duas' },
        el('div', { class: 'cartao' }, el('h3', {}, 'Saldos'), graficoDeSaldos(m, achadas)),
        latencia ? el('div', { class: 'cartao' }, el('h3', {}, 'Latência'), latencia) : null,
      ),
      latencia
        ? null
        : el('p', { class: 'suave' }, 'Nenhum cliente esperou por uma resposta: não há latência para mostrar.'),
      eventos,
    );
    return { pronta, diagrama, modelo: m, divergencias: achadas };
  }

  const dados = JSON.parse(document.getElementById('dados').textContent);
  document.title = texto(dados.titulo);
  document.getElementById('titulo').textContent = texto(dados.titulo);
  const conteudo = document.getElementById('conteudo');
  conteudo.append(...dados.tabelas.map(tabela));
  const secoes = dados.secoes.map(secao);
  conteudo.append(...secoes.map(s => s.pronta));
  if (secoes.length > 1) {
    document
      .getElementById('indice')
      .append(...dados.secoes.map((s, i) => el('a', { href: '#secao-' + i }, texto(s.titulo))));
  }
  const redesenhar = () => {
    secoes.forEach(s => s.diagrama.medir());
    graficos.forEach(g => g.refazer());
  };
  escuro.addEventListener('change', redesenhar);
  impressao.addEventListener('change', redesenhar);
  window.relatorio = { secoes }; // para quem quiser olhar por dentro, no console
})();
