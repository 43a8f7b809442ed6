// SPDX-License-Identifier: MIT

// Lets nodes of several implementations of discv4 meet, and says what works.
module dialtone/tests/interop/driver

go 1.23
