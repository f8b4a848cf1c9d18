package shared.disco;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.function.Predicate;
import shared.Banco;
import shared.Resultado;
import shared.memoria.Lembradas;
import shared.memoria.Saldos;
import shared.texto.Json;
import shared.texto.JsonGrande;
import shared.texto.MensagemInvalida;
import shared.texto.Texto;

/** Percorre o estado de um banco, que pode ser grande, e fica só com o que se quer. O que vem de outros, confere-se. */
final class LeituraDoBanco {

    /** O que se faz de cada conta. */
    interface Conta {
        /** @param saldo o leitor, posto no saldo dela */
        void ler(String nome, JsonParser saldo) throws IOException;
    }

    private static final int ALGARISMOS_MAXIMOS = 30;   // de um saldo, antes da vírgula

    private final Conta conta;
    private final boolean comIds;
    private final ObjectNode resto = Json.MAPPER.createObjectNode();
    private final ObjectNode numeros = Json.MAPPER.createObjectNode(); // o que há no banco, menos as contas e os id_msg
    private Lembradas<Resultado> resultados;            // null = não se viram
    private boolean viuContas;

    private LeituraDoBanco(boolean comIds, Conta conta) {
        this.comIds = comIds;
        this.conta = conta;
    }

    /** Tudo, conferido. @param campo em que campo está o banco; {@code null} = é tudo o que há */
    static EstadoDoBanco.Lido tudo(JsonParser leitor, String campo) throws IOException {
        Saldos saldos = new Saldos();
        BigDecimal[] soma = {BigDecimal.ZERO};
        LeituraDoBanco leitura = new LeituraDoBanco(true, (nome, lido) -> {
            BigDecimal saldo = reais("saldos", lido.readValueAsTree());
            saldos.put(Texto.exigir("saldos", nome), saldo);
            soma[0] = soma[0].add(saldo);
        });
        leitura.ler(leitor, campo);
        Banco banco = leitura.banco(saldos);
        if (soma[0].compareTo(banco.depositado().subtract(banco.sacado())) != 0) {
            throw new MensagemInvalida("campo", "saldos: a soma não é o que se depositou menos o que se sacou");
        }
        return new EstadoDoBanco.Lido(banco, leitura.resto);
    }

    /** O mesmo, mas das contas só estas. */
    static EstadoDoBanco.Lido soContas(Foto foto, String campo, Predicate<String> quais) throws IOException {
        Saldos saldos = new Saldos();
        LeituraDoBanco leitura = new LeituraDoBanco(true, (nome, lido) -> {
            if (quais.test(nome)) {
                saldos.put(nome, reais("saldos", lido.readValueAsTree()));
            }
        });
        leitura.ler(foto, campo);
        return new EstadoDoBanco.Lido(leitura.banco(saldos), leitura.resto);
    }

    /** Só as contas, por ordem. */
    static void contas(Foto foto, String campo, Conta conta) throws IOException {
        new LeituraDoBanco(false, conta).ler(foto, campo);
    }

    private void ler(Foto foto, String campo) throws IOException {
        try (InputStream aberta = foto.abrir(); JsonParser leitor = JsonGrande.leitor(aberta)) {
            ler(leitor, campo);
        }
    }

    private void ler(JsonParser leitor, String campo) throws IOException {
        leitor.nextToken();
        while (leitor.nextToken() == JsonToken.FIELD_NAME) {
            String nome = leitor.currentName();
            JsonToken valor = leitor.nextToken();
            if (campo == null) {
                doBanco(nome, leitor);
            } else if (nome.equals(campo) && valor == JsonToken.START_OBJECT) {
                while (leitor.nextToken() == JsonToken.FIELD_NAME) {
                    String dentro = leitor.currentName();
                    leitor.nextToken();
                    doBanco(dentro, leitor);
                }
            } else {
                resto.set(nome, leitor.<JsonNode>readValueAsTree());
            }
        }
    }

    private void doBanco(String nome, JsonParser leitor) throws IOException {
        if (nome.equals("saldos") && leitor.currentToken() == JsonToken.START_OBJECT) {
            viuContas = true;
            while (leitor.nextToken() == JsonToken.FIELD_NAME) {
                String quem = leitor.currentName();
                leitor.nextToken();
                conta.ler(quem, leitor);
                leitor.skipChildren();
            }
        } else if (nome.equals("resultados") && !comIds) {
            leitor.skipChildren();
        } else if (nome.equals("resultados") && leitor.currentToken() == JsonToken.START_ARRAY) {
            resultados = Resultado.lembrados();
            for (int quantos = 1; leitor.nextToken() != JsonToken.END_ARRAY; quantos++) {
                lembrar(leitor.readValueAsTree(), quantos);
            }
        } else {
            numeros.set(nome, leitor.<JsonNode>readValueAsTree());
        }
    }

    private void lembrar(JsonNode r, int quantos) { // [id_msg, motivo ou null, conteúdo ou null]
        if (quantos > Lembradas.MAXIMO) {
            throw semLista();
        }
        if (!r.path(0).isTextual() || !textoOuNull(r.path(1)) || r.has(2) && !textoOuNull(r.get(2))) {
            throw new MensagemInvalida("campo", "resultados: esperava [id_msg, motivo], veio " + Json.citar(r.toString()));
        }
        Resultado resultado = r.get(1).isNull() ? Resultado.APLICADA : Resultado.recusada(r.get(1).textValue());
        resultados.lembrar(Texto.exigir("resultados", r.get(0).textValue()),
                new Lembradas.Lembrada<>(r.path(2).textValue(), resultado));
    }

    private static MensagemInvalida semLista() {
        return new MensagemInvalida("campo", "resultados: esperava uma lista, até " + Lembradas.MAXIMO);
    }

    private Banco banco(Saldos saldos) {
        BigDecimal depositado = reais("depositado", numeros.get("depositado"));
        BigDecimal sacado = reais("sacado", numeros.get("sacado"));
        if (!viuContas) {
            Json.objeto(numeros, "saldos"); // diz o que veio em lugar delas
        }
        if (resultados == null) {
            throw semLista();
        }
        return new Banco(saldos, resultados, Json.inteiro(numeros, "aplicadas"), Json.inteiro(numeros, "recusadas"),
                depositado, sacado);
    }

    private static boolean textoOuNull(JsonNode no) {
        return no.isTextual() || no.isNull();
    }

    private static BigDecimal reais(String campo, JsonNode numero) {
        boolean serve = numero != null && (numero.isIntegralNumber() || numero.isBigDecimal());
        BigDecimal valor = serve ? numero.decimalValue().stripTrailingZeros() : null; // nunca por extenso um 1e400
        if (valor == null || valor.signum() < 0 || valor.scale() > 2
                || valor.precision() - valor.scale() > ALGARISMOS_MAXIMOS) {
            throw new MensagemInvalida("campo", campo + ": esperava um valor em reais, veio " + Json.tipoDe(numero));
        }
        return valor.setScale(2, RoundingMode.UNNECESSARY);
    }
}
