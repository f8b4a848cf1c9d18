// ───── Os clientes: pedir, e o que respondem ─────

const OPERACOES = {
  __proto__: null,
  DEPOSITO: 'Depositar',
  SAQUE: 'Sacar',
  TRANSFERENCIA: 'Transferir',
  SALDO: 'Saldo',
};

/** Uma escolha entre poucas, todas à vista. */
class Escolha {
  constructor(nome, rotulo, aoMudar = () => {}) {
    this.nome = nome;
    this.aoMudar = aoMudar;
    this.e = el('fieldset', { class: 'escolha' }, el('legend', { class: 'so-leitor' }, rotulo));
    this.opcoes = '';
  }

  /** @param opcoes pares [valor, nome] */
  por(opcoes) {
    if (JSON.stringify(opcoes) === this.opcoes) {
      return;
    }
    const antes = this.valor();
    this.opcoes = JSON.stringify(opcoes);
    this.e.querySelectorAll('label').forEach(l => l.remove());
    this.e.append(
      ...opcoes.map(([valor, nome]) => {
        const radio = el('input', { type: 'radio', name: this.nome, value: valor, onchange: () => this.aoMudar() });
        radio.checked = valor === antes;
        return el('label', {}, radio, el('span', {}, nome));
      }),
    );
    if (this.valor() === null && opcoes.length > 0) {
      this.e.querySelector('input').checked = true;
    }
    this.aoMudar();
  }

  valor() {
    const escolhida = this.e.querySelector('input:checked');
    return escolhida ? escolhida.value : null;
  }
}

class Clientes {
  constructor(sala) {
    this.sala = sala;
    this.quem = new Escolha('quem', 'Cliente');
    this.oQue = new Escolha('o-que', 'Operação', () => this.ajeitar());
    this.conta = this.campo('conta', 'ana', { list: 'contas', maxlength: 64 });
    this.destino = this.campo('para', 'bia', { list: 'contas', maxlength: 64 });
    this.valor = this.campo('valor', '100', { inputmode: 'decimal' });
    this.contas = el('datalist', { id: 'contas' });
    this.pedir = el('button', { type: 'submit', class: 'principal' }, 'Pedir');
    this.respostas = el('ul', { class: 'respostas', 'aria-live': 'polite' });
    this.linhas = new Filhos(this.respostas, () => new Resposta(sala));
    this.carga = new Carga(sala);
    this.e = el(
      'section',
      { class: 'cartao', id: 'pedir', tabindex: -1, 'aria-labelledby': 'titulo-pedir' },
      el('h2', { id: 'titulo-pedir' }, 'Clientes'),
      el(
        'form',
        { class: 'pedido', onsubmit: ev => this.enviar(ev) },
        this.quem.e,
        this.oQue.e,
        this.entradas(),
        this.contas,
      ),
      this.respostas,
      this.carga.e,
    );
    this.oQue.por(Object.entries(OPERACOES));
  }

  campo(nome, valor, atributos) {
    const entrada = el('input', { type: 'text', name: nome, autocomplete: 'off', required: true, ...atributos });
    entrada.value = valor;
    return { entrada, e: el('label', { class: 'entrada' }, el('span', {}, nome), entrada) };
  }

  entradas() {
    return el('div', { class: 'entradas' }, this.conta.e, this.destino.e, this.valor.e, this.pedir);
  }

  ajeitar() {
    const oQue = this.oQue.valor();
    this.destino.e.hidden = this.destino.entrada.disabled = oQue !== 'TRANSFERENCIA';
    this.valor.e.hidden = this.valor.entrada.disabled = oQue === 'SALDO';
  }

  enviar(ev) {
    ev.preventDefault();
    const [cliente, oQue] = [this.quem.valor(), this.oQue.valor()];
    const [conta, destino, valor] = [this.conta, this.destino, this.valor].map(c => c.entrada.value.trim());
    if (oQue === 'SALDO') {
      this.sala.agir('saldo', { cliente, conta });
    } else {
      const contas = oQue === 'TRANSFERENCIA' ? [conta, destino] : [conta];
      this.sala.agir('pedir', { cliente, operacao: operacaoEscrita(oQue, contas, valor) });
    }
  }

  mudar(estado) {
    const clientes = estado.clientes || [];
    this.quem.por(clientes.map(c => [texto(c.nome), texto(c.nome)]));
    const contas = lista(estado.contas);
    if (contas.join('\n') !== this.sabidas) {
      this.sabidas = contas.join('\n');
      this.contas.replaceChildren(...contas.map(c => opcao(c, '')));
    }
    const porque = this.sala.porqueNao();
    this.pedir.disabled = porque !== null || clientes.length === 0;
    atribuir(this.pedir, 'title', porque);
    this.linhas.por(clientes, c => c.nome);
    this.carga.mudar(estado);
  }
}

/** O id_msg, de uma resposta, não cabe nem interessa. */
const semUuid = frase => frase.replace(/:? *\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '');

/** O que um cliente ouviu por último, e, se não sabe se valeu, como repetir. */
class Resposta {
  constructor(sala) {
    this.nome = el('b');
    this.oQue = el('span');
    this.repetir = el('button', { type: 'button' }, 'repetir');
    this.repetir.addEventListener('click', () => sala.agir('repetir', { cliente: this.c.nome }));
    this.sala = sala;
    this.e = el('li', {}, this.nome, this.oQue, this.repetir);
  }

  mudar(c) {
    this.c = c;
    const duvida = c.indeterminada;
    const espera = c.pendentes > 0 ? `espera resposta (${c.pendentes})…` : '';
    dizer(this.nome, texto(c.nome));
    dizer(
      this.oQue,
      duvida ? `indeterminada: ${texto(duvida.texto)}; não se sabe se valeu` : espera || semUuid(texto(c.ultima)) || '—',
    );
    atribuir(this.e, 'class', duvida ? 'duvida' : /^ERRO|RECUSADA/.test(texto(c.ultima)) && !espera ? 'erro' : null);
    this.repetir.hidden = !duvida;
    this.repetir.disabled = !this.sala.age();
    atribuir(this.repetir, 'title', 'pede outra vez, com o mesmo id_msg: nunca vale duas vezes');
  }
}

/** Operações ao acaso, tantas por segundo. */
class Carga {
  constructor(sala) {
    this.sala = sala;
    this.ritmo = el('input', { type: 'range', min: 0, max: 50, step: 1, 'aria-label': 'operações por segundo' });
    this.ritmo.value = 0;
    this.semente = el('input', { type: 'number', min: 0, max: 999999, 'aria-label': 'semente' });
    this.semente.value = 1;
    this.diz = el('output', {}, 'parada');
    this.e = el(
      'div',
      { class: 'carga' },
      el('span', {}, 'Carga ao acaso'),
      this.ritmo,
      this.diz,
      el('label', { class: 'campo', title: 'com a mesma semente, as mesmas operações' }, 'semente ', this.semente),
    );
    this.ritmo.addEventListener('input', () => this.dizer(Number(this.ritmo.value)));
    this.ritmo.addEventListener('change', () =>
      sala.agir('carga', { por_segundo: Number(this.ritmo.value), semente: Number(this.semente.value) || 0 }),
    );
  }

  dizer(quantas, feitas) {
    dizer(this.diz, quantas === 0 ? 'parada' : `${quantas}/s` + (feitas === undefined ? '' : ` · ${feitas} feitas`));
    atribuir(this.ritmo, 'aria-valuetext', quantas === 0 ? 'parada' : `${quantas} por segundo`);
  }

  mudar(estado) {
    const carga = estado.carga;
    this.ritmo.disabled = this.sala.porqueNao() !== null;
    if (document.activeElement !== this.ritmo) {
      this.ritmo.value = carga ? carga.por_segundo : 0;
      this.dizer(carga ? carga.por_segundo : 0, carga ? carga.feitas : undefined);
    } else if (carga) {
      this.dizer(Number(this.ritmo.value), carga.feitas);
    }
  }
}
