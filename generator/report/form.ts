/**
 * In which a command answers: for people, as a comment, for programs, as annotations of GitHub, for tools that read SARIF, and as a page
 * that stands alone.
 */
export const forms = ["text", "markdown", "json", "github", "sarif", "html"] as const;
export type Form = (typeof forms)[number];

/** Those of every command that has any. */
export const usualForms: readonly Form[] = forms.filter((form) => form !== "html");
