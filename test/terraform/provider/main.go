// Command provider is a Terraform provider that has the schema of another one
// and nothing behind it. Terraform can so judge configurations (types,
// references, cycles, required arguments, what stacks hand to each other)
// without that provider, its credentials or a network.
//
//	provider -mirror DIR cdktf.out/stacks/*/cdk.tf.json
//
// derives the schemas of what those files use from the CDKTF bindings in
// go.mod, lays out a provider mirror in DIR with itself as the provider, and
// prints the CLI configuration for it, to be named in TF_CLI_CONFIG_FILE.
// Started by Terraform, out of such a mirror, it serves the schema beside it.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5/tf5server"
)

func main() {
	dir := flag.String("mirror", "", "lay out a mirror in this directory, for the Terraform JSON files given")
	flag.Parse()
	err := run(*dir, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "provider:", err)
		os.Exit(1)
	}
}

func run(dir string, files []string) error {
	executable, err := os.Executable()
	if err != nil {
		return err
	}
	if dir != "" {
		config, err := mirror(dir, executable, files)
		if err == nil {
			fmt.Println(config)
		}
		return err
	}
	s, err := load(filepath.Join(filepath.Dir(executable), schemaName))
	if err != nil {
		return err
	}
	return tf5server.Serve("schema", func() tfprotov5.ProviderServer { return s })
}
