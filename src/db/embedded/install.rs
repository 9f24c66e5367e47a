//! The command that installs PostgreSQL on this system, for the message when there is none.

use std::fs;

/// What to install where every supported version is on offer.
const PREFERRED_MAJOR: u32 = 17;

/// The exact command for this system, with the major version that an existing cluster needs.
pub(super) fn command(needed_major: Option<u32>, as_root: bool) -> String {
    let os_release = ["/etc/os-release", "/usr/lib/os-release"]
        .iter()
        .find_map(|file| fs::read_to_string(file).ok())
        .unwrap_or_default();
    command_for(std::env::consts::OS, &os_release, needed_major, as_root)
}

fn command_for(os: &str, os_release: &str, needed_major: Option<u32>, as_root: bool) -> String {
    let major = needed_major.unwrap_or(PREFERRED_MAJOR);
    // Homebrew refuses to run as root.
    if os == "macos" {
        return format!("brew install postgresql@{major}");
    }
    let steps = if os == "freebsd" {
        vec![format!("pkg install postgresql{major}-server")]
    } else {
        linux(os_release, needed_major, major)
    };
    let sudo = if as_root { "" } else { "sudo " };
    let steps: Vec<_> = steps.iter().map(|step| format!("{sudo}{step}")).collect();
    if steps.is_empty() {
        format!("PostgreSQL {major}, server and initdb, with this system's package manager")
    } else {
        steps.join(" && ")
    }
}

fn linux(os_release: &str, needed_major: Option<u32>, major: u32) -> Vec<String> {
    let version: f64 = field(os_release, "VERSION_ID").parse().unwrap_or(f64::MAX);
    let whole = version.trunc();
    let id = field(os_release, "ID");
    let like = field(os_release, "ID_LIKE");
    let is = |name: &str| id == name || like.split(' ').any(|like| like == name);

    if is("debian") || is("ubuntu") {
        // The first releases that have PostgreSQL 15 or newer; a derivative's version tells nothing.
        let recent = match id {
            "debian" => version >= 12.0,
            "ubuntu" => version >= 24.04,
            _ => true,
        };
        if recent && needed_major.is_none() {
            return vec!["apt-get install -y postgresql".to_owned()];
        }
        return vec![
            "apt-get install -y postgresql-common".to_owned(),
            "/usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y".to_owned(),
            format!("apt-get install -y postgresql-{major}"),
        ];
    }
    if id == "amzn" {
        return vec![format!("dnf install -y postgresql{major}-server")];
    }
    if is("rhel") && (8.0..10.0).contains(&whole) {
        let stream = needed_major.unwrap_or(16);
        return vec![format!("dnf module install -y postgresql:{stream}/server")];
    }
    if is("fedora") || is("rhel") || is("centos") {
        let package = needed_major.map_or("postgresql".to_owned(), |major| format!("postgresql{major}"));
        return vec![format!("dnf install -y {package}-server")];
    }
    if is("alpine") {
        return vec![format!("apk add postgresql{major}")];
    }
    if is("arch") {
        return vec!["pacman -S --noconfirm postgresql".to_owned()];
    }
    if is("suse") || is("opensuse") {
        return vec![format!("zypper install -y postgresql{major}-server")];
    }
    Vec::new()
}

/// The value of a `NAME=value` line, without its quotes.
fn field<'a>(os_release: &'a str, name: &str) -> &'a str {
    os_release
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
        .map_or("", |value| value.trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_gets_its_own_command() {
        let pgdg = "apt-get install -y postgresql-common && \
            /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y && apt-get install -y postgresql-17";
        for (os_release, command) in [
            ("ID=debian\nVERSION_ID=\"12\"", "apt-get install -y postgresql"),
            ("ID=debian\nVERSION_ID=\"11\"", pgdg),
            ("ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"22.04\"", pgdg),
            ("ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"24.04\"", "apt-get install -y postgresql"),
            ("ID=fedora\nVERSION_ID=42", "dnf install -y postgresql-server"),
            (
                "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.4\"",
                "dnf module install -y postgresql:16/server",
            ),
            ("ID=\"rhel\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"10.0\"", "dnf install -y postgresql-server"),
            ("ID=\"amzn\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"2023\"", "dnf install -y postgresql17-server"),
            ("ID=alpine\nVERSION_ID=3.21.0", "apk add postgresql17"),
            ("ID=manjaro\nID_LIKE=arch", "pacman -S --noconfirm postgresql"),
            ("ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"", "zypper install -y postgresql17-server"),
        ] {
            assert_eq!(command_for("linux", os_release, None, true), command, "{os_release}");
        }
        assert_eq!(command_for("macos", "", None, false), "brew install postgresql@17");
    }

    #[test]
    fn a_cluster_decides_the_version_and_a_user_needs_sudo() {
        assert!(command_for("linux", "ID=debian\nVERSION_ID=12", Some(16), true).ends_with("postgresql-16"));
        assert_eq!(command_for("linux", "ID=alpine", Some(16), false), "sudo apk add postgresql16");
        assert!(command_for("linux", "", Some(16), false).contains("PostgreSQL 16"));
    }
}
