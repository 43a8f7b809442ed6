// SPDX-License-Identifier: MIT

package policy

import (
	"encoding/binary"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// What the fields of a trace hold. The first error stays; what is read after it
// is of no use.
type fields struct {
	rest []string
	err  error
}

func fieldsOf(line string) *fields {
	return &fields{rest: strings.Split(line, " ")}
}

func (f *fields) fail(format string, values ...any) {
	if f.err == nil {
		f.err = fmt.Errorf(format, values...)
	}
}

// next is the field that text would take; empty: there is none.
func (f *fields) next() string {
	if len(f.rest) == 0 {
		return ""
	}
	return f.rest[0]
}

func (f *fields) text() string {
	if len(f.rest) == 0 {
		f.fail("a field is missing")
		return ""
	}
	first := f.rest[0]
	f.rest = f.rest[1:]
	return first
}

func (f *fields) number(bits int) uint64 {
	text := f.text()
	value, err := strconv.ParseUint(text, 10, bits)
	if err != nil {
		f.fail("%q is no number: %v", text, err)
	}
	return value
}

func (f *fields) time() time.Duration {
	return time.Duration(f.number(53)) * time.Millisecond
}

func (f *fields) id() NodeID {
	return f.parseID(f.text())
}

func (f *fields) parseID(name string) (id NodeID) {
	number, err := strconv.ParseUint(strings.TrimPrefix(name, "n"), 10, 64)
	if err != nil {
		f.fail("%q is no node: %v", name, err)
	}
	binary.BigEndian.PutUint64(id[56:], number)
	return id
}

// node reads "nK HOST PORT".
func (f *fields) node() Node {
	return Node{ID: f.id(), IP: f.host(f.text()), Port: uint16(f.number(16))}
}

func (f *fields) host(text string) net.IP {
	if text == "-" {
		return nil
	}
	ip := net.ParseIP(strings.Trim(text, "[]"))
	if ip == nil {
		f.fail("%q is no address", text)
	}
	return ip
}

// list reads "nK@HOST:PORT,...".
func (f *fields) list() []Node {
	var nodes []Node
	text := f.text()

	if text == "-" {
		return nil
	}
	for _, item := range strings.Split(text, ",") {
		at, colon := strings.IndexByte(item, '@'), strings.LastIndexByte(item, ':')
		if at < 0 || colon < at {
			f.fail("%q is no node", item)
			return nil
		}
		port, err := strconv.ParseUint(item[colon+1:], 10, 16)
		if err != nil {
			f.fail("%q has no port: %v", item, err)
		}
		nodes = append(nodes, Node{
			ID:   f.parseID(item[:at]),
			IP:   f.host(item[at+1 : colon]),
			Port: uint16(port),
		})
	}
	return nodes
}

func (f *fields) flags() (flags Flags) {
	known := map[string]Flags{"dyn": DynDialed, "static": StaticDialed,
		"inbound": Inbound, "trusted": Trusted}

	for _, name := range strings.Split(f.text(), ",") {
		if known[name] == 0 {
			f.fail("%q is no flag", name)
		}
		flags |= known[name]
	}
	return flags
}

func (f *fields) networks() []*net.IPNet {
	var networks []*net.IPNet

	for _, text := range strings.Split(f.text(), ",") {
		_, network, err := net.ParseCIDR(text)
		if err != nil {
			f.fail("%v", err)
			continue
		}
		networks = append(networks, network)
	}
	return networks
}
