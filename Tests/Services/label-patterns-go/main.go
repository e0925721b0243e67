// Says what Go's regexp, which Prometheus uses, makes of label patterns: for each line "PATTERN TAB
// VALUE" of the file that is given one line "true", "false" or "error".
package main

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"strings"
)

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		pattern, value, _ := strings.Cut(lines.Text(), "\t")
		// By itself first: ")(" would close the group that Prometheus puts around an expression.
		if _, err := regexp.Compile(pattern); err != nil {
			fmt.Println("error")
		} else if compiled, err := regexp.Compile("^(?s:" + pattern + ")$"); err != nil {
			fmt.Println("error")
		} else {
			fmt.Println(compiled.MatchString(value))
		}
	}
}
