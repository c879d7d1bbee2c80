/** In which a command answers: for people, as a comment, for programs, as annotations of GitHub, and for tools that read SARIF. */
export const forms = ["text", "markdown", "json", "github", "sarif"] as const;
export type Form = (typeof forms)[number];
