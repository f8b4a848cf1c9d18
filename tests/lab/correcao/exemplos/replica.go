// Uma réplica da parte 3 em Go, sem bibliotecas: fala o ZMTP 3.0 de um SUB, aplica as operações pela ordem dos números, e
// escreve os saldos.  go build -o replica replica.go && ./replica 127.0.0.1:6003
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"sort"
	"time"
)

const maximo = 1 << 16 // bytes de um quadro

type operacao struct {
	Id      string      `json:"id_msg"`
	Tipo    string      `json:"tipo"`
	Origem  *string     `json:"conta_origem"`
	Destino *string     `json:"conta_destino"`
	Valor   json.Number `json:"valor"`
}

type envelope struct {
	Seq int64  `json:"seq"`
	Op  string `json:"op"`
}

// ───── O banco ─────

var saldos = map[string]*big.Int{} // em centavos
var aplicadas = map[string]bool{}  // por id_msg

func saldo(conta string) *big.Int {
	if saldos[conta] == nil {
		saldos[conta] = new(big.Int)
	}
	return saldos[conta]
}

func centavos(valor json.Number) (*big.Int, bool) {
	reais, ok := new(big.Rat).SetString(valor.String())
	if !ok {
		return nil, false
	}
	reais.Mul(reais, big.NewRat(100, 1))
	return reais.Num(), reais.IsInt() && reais.Sign() > 0
}

func aplicar(op operacao) {
	valor, ok := centavos(op.Valor)
	if op.Origem == nil {
		op.Origem = op.Destino // um depósito pode dizer a conta aí
	}
	if !ok || op.Origem == nil || aplicadas[op.Id] {
		return
	}
	aplicadas[op.Id] = true
	de := saldo(*op.Origem)
	switch {
	case op.Tipo == "DEPOSITO":
		de.Add(de, valor)
	case de.Cmp(valor) < 0:
		fmt.Println("recusada:", *op.Origem)
	case op.Tipo == "SAQUE":
		de.Sub(de, valor)
	case op.Tipo == "TRANSFERENCIA" && op.Destino != nil:
		de.Sub(de, valor)
		para := saldo(*op.Destino)
		para.Add(para, valor)
	}
	contas := make([]string, 0, len(saldos))
	for conta := range saldos {
		contas = append(contas, conta)
	}
	sort.Strings(contas)
	for _, conta := range contas {
		fmt.Printf("%s = %s\n", conta, new(big.Rat).SetFrac(saldos[conta], big.NewInt(100)).FloatString(2))
	}
}

// ───── A ordem ─────

var ultimo int64
var adiantadas = map[int64]operacao{} // esperam pela sua vez

func receber(mensagem []byte) {
	var e envelope
	var op operacao
	if json.Unmarshal(mensagem, &e) != nil || json.Unmarshal([]byte(e.Op), &op) != nil || e.Seq <= ultimo {
		return
	}
	adiantadas[e.Seq] = op
	for {
		proxima, ha := adiantadas[ultimo+1]
		if !ha {
			return
		}
		ultimo++
		delete(adiantadas, ultimo)
		aplicar(proxima)
	}
}

// ───── O fio: a saudação (NULL), o READY, a assinatura de tudo, e os quadros que vierem ─────

func quadro(entrada *bufio.Reader) (marcas byte, corpo []byte, err error) {
	if marcas, err = entrada.ReadByte(); err != nil {
		return
	}
	comprido := make([]byte, 8)
	if marcas&2 != 0 {
		_, err = io.ReadFull(entrada, comprido)
	} else {
		comprido[7], err = entrada.ReadByte()
	}
	tamanho := binary.BigEndian.Uint64(comprido)
	if err == nil && tamanho > maximo {
		err = errors.New("um quadro grande demais")
	}
	if err != nil {
		return
	}
	corpo = make([]byte, tamanho)
	_, err = io.ReadFull(entrada, corpo)
	return
}

func assinar(ordem string) error {
	conexao, err := net.Dial("tcp", ordem)
	if err != nil {
		return err
	}
	defer conexao.Close()
	saudacao := make([]byte, 64)
	copy(saudacao, "\xff\x00\x00\x00\x00\x00\x00\x00\x00\x7f\x03\x00NULL")
	conexao.Write(saudacao)
	entrada := bufio.NewReader(conexao)
	if _, err = io.ReadFull(entrada, saudacao); err != nil {
		return err
	}
	conexao.Write([]byte("\x04\x19\x05READY\x0bSocket-Type\x00\x00\x00\x03SUB"))
	if _, _, err = quadro(entrada); err != nil { // o READY dele
		return err
	}
	conexao.Write([]byte("\x00\x01\x01")) // 1: assina; e o começo de todas as mensagens, que é nada
	for {
		marcas, corpo, err := quadro(entrada)
		if err != nil {
			return err
		}
		if marcas&4 == 0 {
			receber(corpo)
		} else if len(corpo) >= 7 && string(corpo[:5]) == "\x04PING" {
			conexao.Write(append([]byte{4, byte(len(corpo) - 2), 4, 'P', 'O', 'N', 'G'}, corpo[7:]...))
		}
	}
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "diga onde assinar a ordem: 127.0.0.1:6003")
		os.Exit(2)
	}
	fmt.Println("pronto: assina", os.Args[1])
	for {
		assinar(os.Args[1])
		time.Sleep(100 * time.Millisecond) // o sequenciador ainda não está de pé, ou foi-se
	}
}
