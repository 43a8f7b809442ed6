// SPDX-License-Identifier: MIT

import { once } from 'node:events'

import { Common, Mainnet } from '@ethereumjs/common'
import { DISCONNECT_REASON, Peer, RLPx } from '@ethereumjs/devp2p'

import { hex } from './enode.js'

const clientName = 'interop-ethereumjs'
const dialInterval = 1000 // ms; RLPx keeps nobody connected by itself

/** A protocol that says nothing, and hears nothing. */
class Silent {}

const reasons = new Map(
  Object.entries(DISCONNECT_REASON).map(([name, reason]) => [reason, name]),
)

function why(reason) {
  return (reasons.get(reason) ?? 'closed').toLowerCase().replaceAll('_', ' ')
}

/** What of a node makes peers. */
export class Peers {
  constructor(node, { maxPeers, capability, dynamic, wanted }) {
    const [name, version] = capability.split('/')

    this.wanted = new Map(wanted.map((peer) => [hex(peer.id), peer]))
    this.ended = []
    this.refused = []
    this.port = node.self.tcpPort
    this.address = node.self.address
    this.rlpx = new RLPx(node.key, {
      clientId: new TextEncoder().encode(clientName),
      common: new Common({ chain: Mainnet }),
      capabilities: [
        { name, version: Number(version), length: 1, constructor: Silent },
      ],
      listenPort: this.port,
      maxPeers,
      dpt: dynamic ? node.dpt : null,
    })
    this.rlpx.events.on('error', () => {})
    this.rlpx.events.on('peer:error', (_, error) => {
      this.refused.push(error.message)
    })
    this.rlpx.events.on('peer:removed', (peer, reason) => {
      this.ended.push({ id: hex(peer.getId()), why: why(reason) })
    })
    hearDisconnects(this.refused)
  }

  async listen() {
    this.rlpx.listen(this.port, this.address)
    await once(this.rlpx._server, 'listening')
    setInterval(() => this.dialMissing(), dialInterval)
  }

  dial(peer) {
    this.wanted.set(hex(peer.id), peer)
    this.dialMissing()
  }

  forget(peer) {
    this.wanted.delete(hex(peer.id))
    this.rlpx.disconnect(peer.id)
  }

  dialMissing() {
    for (const [id, peer] of this.wanted) {
      if (this.rlpx._peers.has(id)) continue
      this.rlpx.connect(peer).catch((error) => this.refused.push(error.message))
    }
  }

  list() {
    return this.rlpx.getPeers().map((peer) => {
      const hello = peer.getHelloMessage()
      const inbound = peer._eciesSession._gotEIP8Auth === true
      const isWanted = this.wanted.has(hex(peer.getId()))
      return {
        id: hex(peer.getId()),
        inbound,
        static: !inbound && isWanted,
        dynamic: !inbound && !isWanted,
        client: hello.clientId,
        capabilities: hello.capabilities.map((c) => `${c.name}/${c.version}`),
      }
    })
  }
}

/** RLPx tells nobody of a Disconnect that comes before it has a peer. */
function hearDisconnects(refused) {
  const handle = Peer.prototype._handleDisconnect

  Peer.prototype._handleDisconnect = function (payload) {
    handle.call(this, payload)
    if (!this._connected) refused.push(why(this._disconnectReason))
  }
}
