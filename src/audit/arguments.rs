//! What `stayzr audit` is told on its command line.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Severity;

/// What can be audited.
#[derive(Subcommand, Clone)]
pub enum AuditCommand {
    /// Check the catalogs of a live database; exit 1 if there are findings
    ///
    /// Reads only, in one transaction, as --database-url, STAYZR_AUDITOR_DATABASE_URL (the role stayzr_auditor is
    /// enough), or the embedded database: the running one, or one started for it.
    Lint(LintArguments),
    /// Print what a check looks for, why it matters and how to mend a finding; without one, list the checks
    Explain {
        /// Its id or its name: RLS007, tenant_policy
        check: Option<String>,
    },
}

/// How to lint.
#[derive(Args, Clone)]
pub struct LintArguments {
    /// Which database, and as whom; its password shows in the list of processes, unlike STAYZR_AUDITOR_DATABASE_URL
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// How the report is written
    #[arg(long, value_enum, default_value = "terminal")]
    pub format: Format,
    /// The mildest finding that makes the exit status 1
    #[arg(long, value_enum, default_value = "high", value_name = "SEVERITY")]
    pub fail_on: Severity,
    /// A file of waivers [default: policies/waivers.toml of this release]
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
    /// Write the report to a file
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Terminal,
    /// One object, for programs
    Json,
    /// SARIF 2.1.0, for code scanners
    Sarif,
    /// For tickets and wikis
    Markdown,
}
