// SPDX-License-Identifier: MIT
//
// Text and devp2p's form of a node, { id, address, udpPort, tcpPort }.

export function hex(bytes) {
  return Buffer.from(bytes).toString('hex')
}

export function parseId(text) {
  if (!/^[0-9a-f]{128}$/.test(text)) {
    throw new Error(`"${text}": an id of 128 hex digits is needed`)
  }
  return Uint8Array.from(Buffer.from(text, 'hex'))
}

/** An enode URL with an IPv4 address, or with an id and nothing else. */
export function parseNode(url) {
  const [, id, address, port, udpPort] =
    url.match(
      /^enode:\/\/(\w+)(?:@([\d.]+):(\d+)(?:\?discport=(\d+))?)?$/,
    ) ?? []
  if (id === undefined) throw new Error(`"${url}": not an enode URL`)
  if (address === undefined) return { id: parseId(id) }
  return {
    id: parseId(id),
    address,
    tcpPort: Number(port),
    udpPort: Number(udpPort ?? port),
  }
}

export function formatNode({ id, address, tcpPort, udpPort }) {
  const host = `${address}:${tcpPort ?? 0}`
  const discport = udpPort === tcpPort ? '' : `?discport=${udpPort}`
  return `enode://${hex(id)}@${host}${discport}`
}
