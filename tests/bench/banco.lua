#!lua name=banco
-- O mesmo banco como uma função do Redis: os saldos, em centavos, e os id_msg já vistos.
redis.register_function('aplicar', function(_, a)
  local id, tipo, origem, destino, valor = a[1], a[2], a[3], a[4], tonumber(a[5])
  if redis.call('HSETNX', 'ids', id, 1) == 0 then
    return redis.status_reply('DUPLICADA')
  end
  if tipo ~= 'DEPOSITO' then
    if tonumber(redis.call('HGET', 'saldos', origem) or 0) < valor then
      return redis.status_reply('RECUSADA')
    end
    redis.call('HINCRBY', 'saldos', origem, -valor)
    origem = destino
  end
  if tipo ~= 'SAQUE' then
    redis.call('HINCRBY', 'saldos', origem, valor)
  end
  return redis.status_reply('APLICADA')
end)
