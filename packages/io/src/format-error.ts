import { PlenopticError } from "@plenoptic/tensor";

/** A file is not what it should be: truncated, corrupt, of another format, or asking for what is not allowed. */
export class FormatError extends PlenopticError {
  constructor(message: string, options?: ErrorOptions) {
    super("format", message, options);
  }
}
