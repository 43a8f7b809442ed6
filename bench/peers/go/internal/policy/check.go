// SPDX-License-Identifier: MIT

package policy

// refusal is why a node may not be dialed.
type refusal int

const (
	allowed refusal = iota
	alreadyDialing
	alreadyConnected
	isSelf
	isRestricted
	recentlyDialed
)

// MayDial tells whether a node could be dialed now.
func (p *Policy) MayDial(node *Node, peers map[NodeID]Flags) bool {
	return p.check(node, peers) == allowed
}

// The first that holds.
func (p *Policy) check(node *Node, peers map[NodeID]Flags) refusal {
	if _, dialing := p.dialing[node.ID]; dialing {
		return alreadyDialing
	}
	if _, connected := peers[node.ID]; connected {
		return alreadyConnected
	}
	switch {
	case p.config.Table != nil && node.ID == p.config.Table.Self():
		return isSelf
	case p.config.Restricted && !p.isInside(node):
		return isRestricted
	case p.history.contains(node.ID):
		return recentlyDialed
	}
	return allowed
}

func (p *Policy) isInside(node *Node) bool {
	for _, network := range p.config.NetRestrict {
		if network.Contains(node.IP) {
			return true
		}
	}
	return false
}
