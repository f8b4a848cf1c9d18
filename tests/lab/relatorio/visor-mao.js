/** O diagrama de espaço-tempo: o tempo corre para a direita, cada processo tem a sua faixa. Aqui, a mão e o teclado. */
class Diagrama extends Rotulos {
  constructor(m, divergente, aoEscolher) {
    super(m, divergente, aoEscolher);
    this.ouvirRoda();
    this.ouvirArrasto();
    this.ouvirPonteiro();
    new ResizeObserver(() => this.medir()).observe(this.caixa);
  }

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
    for (const marca of this.marcasVistas) {
      tentar(Math.hypot(this.x(marca.t) - x, this.y(marca.faixa) - y), 9, { marca, id: null });
    }
    for (const { msg, p } of this.desenhadas) {
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

  posicao(ev) {
    const r = this.canvas.getBoundingClientRect();
    return [ev.clientX - r.left, ev.clientY - r.top];
  }

  ouvirRoda() {
    const aoRodar = ev => {
      if (document.activeElement !== this.canvas && !ev.ctrlKey) {
        this.avisar('clique no diagrama (ou segure Ctrl) para aproximar com a roda');
        return;
      }
      ev.preventDefault();
      if (ev.shiftKey || Math.abs(ev.deltaX) > Math.abs(ev.deltaY)) {
        this.mover((ev.deltaX || ev.deltaY) / 1000);
      } else {
        this.aproximar(Math.exp(-ev.deltaY * (ev.deltaMode === 1 ? 0.05 : 0.0018)), this.posicao(ev)[0]);
      }
    };
    this.canvas.addEventListener('wheel', aoRodar, { passive: false });
  }

  ouvirArrasto() {
    const c = this.canvas;
    c.addEventListener('pointerdown', ev => {
      if (ev.button === 0) {
        c.setPointerCapture(ev.pointerId);
        this.arrasto = { x: ev.clientX, vista: { ...this.vista }, andou: false };
      }
    });
    c.addEventListener('pointermove', ev => {
      if (this.arrasto) {
        this.arrastar(ev.clientX - this.arrasto.x);
      }
    });
    c.addEventListener('pointerup', ev => {
      const arrasto = this.arrasto;
      this.arrasto = null;
      c.classList.remove('arrastando');
      if (arrasto && !arrasto.andou) {
        const achado = this.alvo(...this.posicao(ev));
        this.escolher(achado && achado.id !== null ? achado.id : null);
      }
    });
    c.addEventListener('pointercancel', () => {
      this.arrasto = null;
    });
  }

  arrastar(dx) {
    this.arrasto.andou ||= Math.abs(dx) > 4;
    if (this.arrasto.andou) {
      const { u0, u1 } = this.arrasto.vista;
      const du = (dx / (this.largura - this.esquerda)) * (u1 - u0);
      this.ver(u0 - du, u1 - du);
      this.canvas.classList.add('arrastando');
    }
  }

  ouvirPonteiro() {
    const c = this.canvas;
    c.addEventListener('pointermove', ev => {
      this.sobre = this.arrasto ? null : this.posicao(ev);
      this.olhar ||= requestAnimationFrame(() => {
        this.olhar = null;
        this.mostrarDica();
      });
    });
    const sair = () => {
      this.sobre = null;
      this.mostrarDica();
    };
    c.addEventListener('pointerleave', sair);
    window.addEventListener('scroll', sair, { passive: true }); // o que estava debaixo do ponteiro já não está
    c.addEventListener('dblclick', ev => this.aproximar(2.5, this.posicao(ev)[0]));
  }

  /** O que uma tecla faz; null se nada. */
  acaoDaTecla(tecla) {
    return (
      {
        __proto__: null,
        '+': () => this.aproximar(1.4),
        '=': () => this.aproximar(1.4),
        '-': () => this.aproximar(1 / 1.4),
        0: () => this.ajustar(),
        Home: () => this.ajustar(),
        n: () => this.escolherVizinha(1),
        p: () => this.escolherVizinha(-1),
      }[tecla] || null
    );
  }

  avisar(frase) {
    this.aviso = frase;
    this.mostrarDica();
    clearTimeout(this.apagar);
    this.apagar = setTimeout(() => {
      this.aviso = null;
      this.mostrarDica();
    }, 1800);
  }

  /** A dica diz o que está debaixo do ponteiro agora: quando o diagrama muda por baixo dele, muda ou some com ele. */
  mostrarDica() {
    const achado = this.sobre && this.desenhadas ? this.alvo(...this.sobre) : null;
    this.canvas.classList.toggle('clicavel', Boolean(achado));
    this.dica.hidden = !achado && !this.aviso;
    this.dica.textContent = achado ? frasesDoAchado(this.m, achado).join(' · ') : this.aviso || '';
    if (!this.dica.hidden) {
      const [x, y] = achado ? this.sobre : [this.largura / 2, -8];
      this.dica.style.left = limitar(x, 150, Math.max(150, this.largura - 150)) + 'px';
      this.dica.style.top = y + 20 + 'px';
    }
  }
}

function distanciaAoSegmento(x, y, [xa, ya], [xb, yb]) {
  const l2 = (xb - xa) ** 2 + (yb - ya) ** 2;
  const f = l2 === 0 ? 0 : limitar(((x - xa) * (xb - xa) + (y - ya) * (yb - ya)) / l2, 0, 1);
  return Math.hypot(x - xa - f * (xb - xa), y - ya - f * (yb - ya));
}

function frasesDoAchado(m, { msg, ap, chamada, marca }) {
  if (marca) {
    return [ms(marca.t), marca.processo, marca.texto];
  }
  if (msg) {
    return frasesDaMensagem(m, msg);
  }
  if (ap) {
    const saldos = ap.contas.map((c, i) => `${c} ${dinheiro(ap.antes[i])} → ${dinheiro(ap.depois[i])}`).join(', ');
    return [ms(ap.t), ap.processo, ap.resultado, saldos];
  }
  const acabou = m.parte === 1 ? 'enviada' : chamada.indeterminada ? 'desiste' : 'resposta';
  return [
    `${chamada.cliente} pede em ${ms(chamada.t0)}` +
      (chamada.t1 === null ? ', sem resposta' : `; ${acabou} em ${ms(chamada.t1)}`),
  ];
}

const SEM_ENTREGA = { perdida: 'PERDIDA', segura: 'retida, nunca solta', 'a caminho': 'sem notícia dela' };

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
    frases.push(msg.solta === null ? `retida desde ${ms(msg.segura)}` : `retida de ${ms(msg.segura)} a ${ms(msg.solta)}`);
  }
  frases.push(
    msg.destino === 'entregue'
      ? `enviada em ${ms(msg.t0)}, entregue em ${ms(msg.t1)}`
      : `enviada em ${ms(msg.t0)}, ${SEM_ENTREGA[msg.destino]}`,
  );
  return frases.filter(Boolean);
}
