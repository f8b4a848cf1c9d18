// ───── O aspecto: claro ou escuro, e para projetar ─────

const LEMBRANCA = 'sala-aspecto';
const TEMAS = ['auto', 'light', 'dark'];
const NOME_DO_TEMA = { auto: ['◐', 'como a máquina'], light: ['○', 'claras'], dark: ['●', 'escuras'] };

/** O que esta pessoa escolheu fica nesta máquina, e em mais lado nenhum. */
class Aspecto {
  constructor(aoMudar) {
    this.aoMudar = aoMudar;
    this.condicoes = new Map(); // cada regra do escuro, e quando ela vale de costume
    for (const folha of document.styleSheets) {
      for (const regra of folha.cssRules) {
        if (regra instanceof CSSMediaRule && regra.media.mediaText.includes('prefers-color-scheme')) {
          this.condicoes.set(regra, regra.media.mediaText);
        }
      }
    }
    this.tema = botao('', '', () => this.mudar({ tema: TEMAS[(TEMAS.indexOf(this.agora.tema) + 1) % TEMAS.length] }));
    this.tela = botao('projetor', 'projetor: letra grande e contraste alto', () =>
      this.mudar({ projetor: !this.agora.projetor }),
    );
    this.agora = { tema: 'auto', projetor: false, ...lembrado() };
    this.mudar({});
  }

  mudar(oQue) {
    Object.assign(this.agora, oQue);
    const { tema, projetor } = this.agora;
    this.condicoes.forEach((costume, regra) => {
      regra.media.mediaText = tema === 'auto' ? costume : tema === 'dark' ? 'all' : 'not all';
    });
    document.documentElement.style.colorScheme = tema === 'auto' ? '' : tema;
    document.documentElement.classList.toggle('projetor', projetor);
    const [figura, nome] = NOME_DO_TEMA[tema];
    dizer(this.tema, figura);
    atribuir(this.tema, 'aria-label', `cores: ${nome}; mudar`);
    atribuir(this.tema, 'title', `cores: ${nome}; mudar`);
    atribuir(this.tela, 'aria-pressed', String(projetor));
    try {
      localStorage.setItem(LEMBRANCA, JSON.stringify(this.agora));
    } catch {
      // um navegador que não guarda nada: fica como está até fechar
    }
    this.aoMudar();
  }
}

function lembrado() {
  try {
    const { tema, projetor } = JSON.parse(localStorage.getItem(LEMBRANCA)) || {};
    return { ...(TEMAS.includes(tema) ? { tema } : {}), projetor: projetor === true };
  } catch {
    return {};
  }
}
