// ───── A cena: a que se vê, e a que se está a gravar ─────

/** A cena aberta: a história, a linha em que se vai, e como se segue. */
class CenaAberta {
  constructor(sala, e) {
    this.sala = sala;
    this.e = e;
    this.titulo = el('h2');
    this.onde = el('p', { class: 'suave' });
    this.linha = el('code', { class: 'linha-da-cena' });
    this.historia = el('details', {}, el('summary', {}, 'a história'));
    this.porque = el('p', { class: 'alerta' });
    this.passo = this.botao('passo ▸', 'cena-passo', 'principal');
    this.seguir = this.botao('até o fim ▸▸', 'cena-seguir');
    this.parar = this.botao('continuar à mão', 'cena-parar');
    e.append(
      el('div', { class: 'cabeca' }, this.titulo, this.onde),
      el('div', { class: 'andamento' }, this.linha, el('span', { class: 'grupo' }, this.passo, this.seguir, this.parar)),
      this.porque,
      this.historia,
    );
  }

  botao(nome, acao, classe = false) {
    return el('button', { type: 'button', class: classe, 'data-acao': acao, onclick: () => this.sala.agir(acao) }, nome);
  }

  mudar(estado) {
    const c = estado.cena;
    this.e.hidden = !c;
    if (!c) {
      return;
    }
    dizer(this.titulo, texto(c.titulo));
    const ato = c.atos > 1 ? `ato ${c.ato} de ${c.atos} · ` : '';
    dizer(this.onde, c.acabou ? 'acabou: agora é à mão' : `${ato}passo ${c.passo} de ${c.passos}`);
    const seguinte = texto((c.linhas || [])[c.passo]);
    dizer(this.linha, c.acabou ? '' : (c.anda ? 'a fazer: ' : '') + (seguinte || 'o ato acabou; falta o seguinte'));
    dizer(this.porque, texto(c.porque));
    [this.passo, this.seguir, this.parar].forEach(b => {
      b.disabled = this.sala.porqueNao() !== null || c.acabou === true || (c.anda === true && b !== this.parar);
    });
    const historia = lista(c.historia);
    if (historia.join('\n') !== this.contada) {
      this.contada = historia.join('\n');
      this.historia.hidden = historia.length === 0;
      this.historia.replaceChildren(this.historia.firstChild, ...historia.map(p => el('p', {}, p)));
    }
  }
}

/** O que se fez até agora, que é uma cena: guarda-se, abre-se outra, desfaz-se o último passo. */
class Gravada {
  constructor(sala) {
    this.sala = sala;
    this.linhas = el('ol', { class: 'gravado' });
    this.quantas = el('span', { class: 'suave' });
    this.guardar = el('a', { class: 'botao', href: '/cena.cena', download: 'minha.cena' }, 'guardar cena');
    this.arquivo = el('input', {
      type: 'file',
      accept: '.cena,text/plain',
      class: 'so-leitor',
      'aria-label': 'abrir uma cena de um arquivo',
    });
    this.abrir = el('label', { class: 'botao' }, 'abrir cena…', this.arquivo);
    this.nota = el('input', {
      type: 'text',
      placeholder: 'uma nota para a cena',
      'aria-label': 'uma nota para a cena',
      maxlength: 300,
    });
    this.arquivo.addEventListener('change', () => this.ler());
    this.e = el(
      'section',
      { class: 'cartao', 'aria-labelledby': 'titulo-gravada' },
      el('div', { class: 'cabeca' }, el('h2', { id: 'titulo-gravada' }, 'O que se fez, como cena'), this.quantas),
      el('div', { class: 'barra' }, this.guardar, this.abrir, this.formulario()),
      this.linhas,
    );
  }

  formulario() {
    const anotar = ev => {
      ev.preventDefault();
      const palavras = this.nota.value.trim();
      if (palavras !== '') {
        this.sala.agir('nota', { texto: palavras }).then(ok => ok && (this.nota.value = ''));
      }
    };
    this.anotar = el('button', { type: 'submit' }, 'anotar');
    return el('form', { class: 'grupo', onsubmit: anotar }, this.nota, this.anotar);
  }

  async ler() {
    const [arquivo] = this.arquivo.files;
    if (arquivo) {
      await this.sala.agir('cena', { texto: await arquivo.text() });
      this.arquivo.value = '';
    }
  }

  mudar(estado) {
    const gravado = lista(estado.gravado);
    const age = this.sala.age();
    this.abrir.hidden = this.nota.parentElement.hidden = !age;
    dizer(this.quantas, gravado.length === 0 ? 'nada ainda' : `${gravado.length} linhas`);
    const chave = gravado.join('\n');
    if (chave !== this.chave) {
      this.chave = chave;
      this.linhas.replaceChildren(...gravado.map(l => el('li', {}, el('code', {}, l))));
      this.linhas.scrollTop = this.linhas.scrollHeight;
    }
  }
}

/** As cenas que vêm com o laboratório. */
class CenasProntas {
  constructor(sala) {
    this.e = el('select', { 'aria-label': 'abrir uma cena', class: 'cenas' }, opcao('', 'cenas…'));
    this.e.addEventListener('change', () => {
      const nome = this.e.value;
      this.e.value = '';
      if (nome !== '') {
        sala.agir('cena', { nome });
      }
    });
    this.pedir();
  }

  async pedir() {
    try {
      const cenas = await (await fetch('/cenas')).json();
      const partes = [...new Set(cenas.map(c => c.parte))];
      const daParte = p => cenas.filter(c => c.parte === p).map(c => opcao(texto(c.nome), texto(c.titulo)));
      this.e.append(...partes.map(p => el('optgroup', { label: `parte ${texto(p)}` }, daParte(p))));
    } catch {
      this.e.disabled = true; // sem a lista, abre-se uma de um arquivo
    }
  }
}
