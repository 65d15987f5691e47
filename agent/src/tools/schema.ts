// Input of tools, checked against the schemas of the definition.

import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

export type Check = (input: unknown) => string | undefined;

/**
 * Makes the check of a schema. It tells what is wrong with an input, without
 * quoting it; undefined where nothing is.
 * @throws Error where the schema is none.
 */
export function checkOf(schema: Readonly<Record<string, unknown>>): Check {
  const ajv = new Ajv2020({ allErrors: true, strict: true });
  // The package is CommonJS: its types say that default is the plugin, Node that it is the module.
  const plugin = (addFormats as unknown as { default?: typeof addFormats.default }).default ?? (addFormats as unknown as typeof addFormats.default);
  plugin(ajv, ["date-time"]);
  const validate: ValidateFunction = ajv.compile(schema);
  return (input) => {
    if (validate(input)) {
      return undefined;
    }
    const problems = (validate.errors ?? []).slice(0, 5).map(({ instancePath, message, params }) => {
      const allowed = "allowedValues" in params ? `: ${JSON.stringify(params["allowedValues"])}` : "";
      return `${instancePath === "" ? "the input" : instancePath.slice(1)} ${message ?? "is not valid"}${allowed}`;
    });
    return problems.join("; ");
  };
}
