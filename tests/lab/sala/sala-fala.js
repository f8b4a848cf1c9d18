// ───── Falar com a sala ─────

const RELIGAR_MS = 1500;
const CHAVE = 'sala-agir';

/** A chave veio no endereço, que fica à vista de todos: guarda-se nesta aba, e tira-se de lá. */
function chaveDeQuemAge() {
  const achada = /^#agir=([\w-]+)$/.exec(location.hash);
  if (achada) {
    sessionStorage.setItem(CHAVE, achada[1]);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(CHAVE);
}

/** Ouve o que acontece, aos bocados, e pede o que se quer que aconteça. */
class Fala {
  /** @param ouvinte tem comecou(), chegaram(eventos), mudou(estado), ligou(sim) e avisar(frase) */
  constructor(ouvinte) {
    this.ouvinte = ouvinte;
    this.chave = chaveDeQuemAge();
    this.age = false;
    this.ligacao = null;
    this.esvaziar();
  }

  esvaziar() {
    this.eventos = [];
    this.estado = null;
    this.deNovo = false;
  }

  async comecar() {
    this.age = this.chave !== null && (await this.pedir('/agir', { acao: 'posso' })).ok;
    this.ouvir();
  }

  ouvir() {
    const fonte = new EventSource('/eventos');
    fonte.addEventListener('comeco', ev => this.comecou(JSON.parse(ev.data)));
    fonte.addEventListener('rastro', ev => this.guardar(() => this.eventos.push(JSON.parse(ev.data))));
    fonte.addEventListener('sala', ev =>
      this.guardar(() => {
        this.estado = JSON.parse(ev.data);
        this.recebido = performance.now();
      }),
    );
    fonte.onopen = () => this.ouvinte.ligou(true);
    fonte.onerror = () => {
      this.ouvinte.ligou(false);
      if (fonte.readyState === EventSource.CLOSED) {
        setTimeout(() => this.ouvir(), RELIGAR_MS);
      }
    };
  }

  comecou(dados) {
    this.ligacao = dados.ligacao;
    this.guardar(() => {
      this.esvaziar();
      this.deNovo = true;
    });
  }

  /** O que chega espera pelo quadro seguinte: um navegador que não acompanha salta estados, e não perde eventos. */
  guardar(oQue) {
    oQue();
    this.quadro ||= requestAnimationFrame(() => {
      const { eventos, estado, deNovo } = this;
      this.quadro = null;
      this.esvaziar();
      if (deNovo) {
        this.ouvinte.comecou();
      }
      if (eventos.length > 0) {
        this.ouvinte.chegaram(eventos);
      }
      if (estado) {
        this.ouvinte.mudou(estado);
      }
    });
  }

  /** @return se se fez; se não, já se disse porquê */
  async agir(acao, resto = {}) {
    const { ok, erro } = await this.pedir('/agir', { acao, ...resto });
    this.ouvinte.avisar(ok ? null : erro);
    return ok;
  }

  async responder(resposta) {
    const { ok, erro } = await this.pedir('/responder', { ligacao: this.ligacao, resposta });
    this.ouvinte.avisar(ok ? null : erro);
    return ok;
  }

  async pedir(onde, corpo) {
    try {
      const cabecas = { 'Content-Type': 'application/json', ...(this.chave ? { 'X-Sala': this.chave } : {}) };
      const r = await fetch(onde, { method: 'POST', headers: cabecas, body: JSON.stringify(corpo) });
      const dito = await r.json().catch(() => ({}));
      return r.ok ? { ok: true } : { ok: false, erro: texto(dito.erro) || `a sala recusou (${r.status})` };
    } catch {
      return { ok: false, erro: 'a sala não responde: o programa dela ainda está a correr?' };
    }
  }
}
