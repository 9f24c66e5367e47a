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
    /// All of it: checks, drift, who may do what, plans and drills, to file
    ///
    /// As `lint`, with the plans and drills of `plans` and `attack`, as the logins that those take. A login given by
    /// --database-url makes them too where it is an administrator's. A part whose login is missing is not run and says
    /// so, which makes the exit status 2; --without leaves it out and says so. A difference from the files counts as a
    /// finding of severity high, a plan in which nothing asks for the hotel too; a drill that succeeds has its own.
    Report(ReportArguments),
    /// Print who may do what: tables, conditions, functions and roles, as policies/MATRIX.md has them
    Matrix(DatabaseArguments),
    /// Print what differs from the files of this release, or from a baseline; exit 1 if anything does
    Drift(DriftArguments),
    /// Try what an attacker would, with two hotels that are rolled back; exit 1 if anything succeeds
    ///
    /// With the logins that STAYZR_DATABASE_URL (an administrator, who makes the two hotels),
    /// STAYZR_APP_DATABASE_URL, STAYZR_PLATFORM_DATABASE_URL and STAYZR_AUDITOR_DATABASE_URL name, or those of the
    /// embedded database. A drill whose login is missing is skipped, says so, and makes the exit status 2.
    Attack(AttackArguments),
    /// Plan every statement of the service: is the hotel a condition of an index, and asked for once
    ///
    /// As the logins that STAYZR_APP_DATABASE_URL and STAYZR_PLATFORM_DATABASE_URL name, or those of the embedded
    /// database. Nothing is executed, but with --scratch: each statement once, rolled back, by the administrator's
    /// login that STAYZR_DATABASE_URL names, as its role and in the context of the hotel with the most guests.
    Plans(PlansArguments),
    /// Print what a check looks for, why it matters and how to mend a finding; without one, list the checks
    Explain {
        /// Its id or its name: RLS007, tenant_policy
        check: Option<String>,
    },
}

/// What to look at.
#[derive(Args, Clone)]
pub struct DatabaseArguments {
    /// Which database, and as whom; its password shows in the list of processes, unlike STAYZR_AUDITOR_DATABASE_URL
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
}

/// What to compare with.
#[derive(Args, Clone)]
pub struct DriftArguments {
    /// Where
    #[command(flatten)]
    pub database: DatabaseArguments,
    /// Write what is live to a file, to compare with later; keep it where nobody who changes the database reaches it
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Compare with what such a file says, instead of with the files of this release
    #[arg(long, value_name = "FILE")]
    pub since: Option<PathBuf>,
}

/// How to tell what came of it.
#[derive(Args, Clone)]
pub struct AttackArguments {
    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
    /// The mildest severity of a drill that makes the exit status 1 where it succeeds
    #[arg(long, value_enum, default_value = "high", value_name = "SEVERITY")]
    pub fail_on: Severity,
}

/// How to plan, and to tell of it.
#[derive(Args, Clone, Copy)]
pub struct PlansArguments {
    /// Print every plan as JSON
    #[arg(long)]
    pub json: bool,
    /// Execute them too, and compare estimated with actual rows; only in a database whose comment says `scratch copy`
    ///
    /// An estimate that is 100 times too small or too large, where more than 1,000 rows came, is a finding of low
    /// severity: most often of statistics that are out of date.
    #[arg(long)]
    pub scratch: bool,
    /// The mildest finding that makes the exit status 1
    #[arg(long, value_enum, default_value = "low", value_name = "SEVERITY")]
    pub fail_on: Severity,
}

/// How to lint.
#[derive(Args, Clone)]
pub struct LintArguments {
    /// Where
    #[command(flatten)]
    pub database: DatabaseArguments,
    /// How the report is written [default: as the name of --output ends, else for a terminal]
    #[arg(long, value_enum)]
    pub format: Option<Format>,
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

/// What to report.
#[derive(Args, Clone)]
pub struct ReportArguments {
    /// How
    #[command(flatten)]
    pub lint: LintArguments,
    /// Leave these out
    #[arg(long, value_enum, value_name = "PART", value_delimiter = ',')]
    pub without: Vec<Optional>,
}

/// A part of a report that takes logins of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Optional {
    /// How the statements of the service run
    Plans,
    /// What an attacker would try: it makes two hotels and rolls them back
    Attack,
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
    /// A page to file or to print
    Html,
}

impl LintArguments {
    /// The form that was asked for, or that the name of the file says.
    pub fn format(&self) -> Format {
        let ending = self.output.as_deref().and_then(|file| file.extension()?.to_str());
        self.format.unwrap_or(match ending {
            Some("html") => Format::Html,
            Some("json") => Format::Json,
            Some("sarif") => Format::Sarif,
            Some("md") => Format::Markdown,
            _ => Format::Terminal,
        })
    }
}
