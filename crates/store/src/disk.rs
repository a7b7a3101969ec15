//! Files that are on disk when a function returns: temporary file, fsync, rename, fsync of the directory.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::crash;
use crate::error::{self, Error, Result};

/// Set by the first failed write, never reset: after a failed fsync the kernel may have dropped what was to be
/// written, and the next fsync succeeds nevertheless.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latch(Arc<AtomicBool>);

impl Latch {
    /// Refuses when something failed before.
    pub(crate) fn check(&self, path: &Path) -> Result<()> {
        if self.0.load(Ordering::SeqCst) { Err(Error::Latched { path: path.to_path_buf() }) } else { Ok(()) }
    }

    /// Remembers a failure.
    pub(crate) fn guard<T, E>(&self, result: std::result::Result<T, E>) -> std::result::Result<T, E> {
        if result.is_err() {
            self.0.store(true, Ordering::SeqCst);
        }
        result
    }

    /// Passes a crash point in the making of `path`.
    pub(crate) fn pass(&self, point: &'static str, path: &Path) -> Result<()> {
        self.guard(crash::point(point)).map_err(error::file("write", path))
    }

    /// Whether something failed.
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// A temporary file that hashes what is written to it. Removed when dropped.
#[derive(Debug)]
pub(crate) struct Draft {
    /// `None` only after [`Draft::finish`].
    path: Option<PathBuf>,
    file: BufWriter<File>,
    hasher: blake3::Hasher,
    bytes: u64,
    latch: Latch,
}

impl Draft {
    /// Makes a new file at `path`.
    pub(crate) fn create(path: PathBuf, latch: &Latch) -> Result<Draft> {
        let file = latch.guard(File::create_new(&path)).map_err(error::file("create", &path))?;
        Ok(Draft {
            path: Some(path),
            file: BufWriter::with_capacity(1 << 16, file),
            hasher: blake3::Hasher::new(),
            bytes: 0,
            latch: latch.clone(),
        })
    }

    /// Waits until its bytes are on disk, passing `point` when they are.
    pub(crate) fn finish(mut self, point: &'static str) -> Result<Written> {
        let path = self.path.take().unwrap_or_default();
        let written = Written { path, bytes: self.bytes, blake3: self.hasher.finalize().to_hex().to_string() };
        let synced = self.file.flush().and_then(|()| self.file.get_ref().sync_all()).and_then(|()| crash::point(point));
        self.latch.guard(synced).map_err(error::file("write", &written.path))?;
        Ok(written)
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.latch.guard(self.file.write(bytes))?;
        self.hasher.update(&bytes[..count]);
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.latch.guard(self.file.flush())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // a file left behind is removed by the next writer
            let _ = fs::remove_file(path);
        }
    }
}

/// A temporary file that is complete and on disk, not yet under its name. Removed when dropped.
#[derive(Debug)]
pub(crate) struct Written {
    path: PathBuf,
    /// Size.
    pub(crate) bytes: u64,
    /// BLAKE3 of its content, in hexadecimal.
    pub(crate) blake3: String,
}

impl Written {
    /// Gives it its name. The directory still is to be synced.
    pub(crate) fn publish(mut self, name: &Path, latch: &Latch) -> Result<()> {
        let path = std::mem::take(&mut self.path);
        latch.guard(fs::rename(&path, name)).map_err(error::file("rename to", name))
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            // a file left behind is removed by the next writer
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Waits until the names in a directory are on disk.
pub(crate) fn sync_directory(path: &Path, latch: &Latch) -> Result<()> {
    let synced = File::open(path).and_then(|directory| directory.sync_all());
    latch.guard(synced).map_err(error::file("sync", path))
}

/// Makes a directory and those above it, on disk.
pub(crate) fn create_directory(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        create_directory(parent)?;
    }
    match fs::create_dir(path) {
        Ok(()) => {}
        Err(problem) if problem.kind() == std::io::ErrorKind::AlreadyExists && path.is_dir() => {}
        Err(problem) => return Err(error::file("create", path)(problem)),
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent).and_then(|directory| directory.sync_all()).map_err(error::file("sync", parent))
}

/// BLAKE3 of a file in hexadecimal, and its size.
pub(crate) fn hash(path: &Path) -> std::io::Result<(String, u64)> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok((hasher.finalize().to_hex().to_string(), hasher.count()))
}

/// The network file system that `path` is on, after a table of mounts in the form of `/proc/self/mounts`.
///
/// The longest mount point above the path decides; of two at the same place the later hides the earlier.
pub(crate) fn network_file_system(mounts: &str, path: &Path) -> Option<String> {
    let mut best: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        let mut words = line.split_ascii_whitespace();
        let (Some(_), Some(point), Some(kind)) = (words.next(), words.next(), words.next()) else { continue };
        let point = unescape(point);
        let depth = Path::new(&point).components().count();
        if path.starts_with(&point) && best.is_none_or(|(deepest, _)| depth >= deepest) {
            best = Some((depth, kind));
        }
    }
    let (_, kind) = best?;
    let network = matches!(
        kind,
        "nfs"
            | "nfs4"
            | "cifs"
            | "smb3"
            | "smbfs"
            | "9p"
            | "afs"
            | "ceph"
            | "coda"
            | "glusterfs"
            | "gfs2"
            | "ocfs2"
            | "lustre"
            | "beegfs"
            | "gpfs"
            | "orangefs"
            | "ncpfs"
            | "davfs"
    ) || kind.strip_prefix("fuse.").is_some_and(|name| {
        [
            "sshfs",
            "s3fs",
            "rclone",
            "gcsfuse",
            "goofys",
            "glusterfs",
            "ceph",
            "cephfs",
            "davfs",
            "curlftpfs",
            "mount-s3",
            "blobfuse",
            "blobfuse2",
        ]
        .contains(&name)
    });
    network.then(|| kind.to_owned())
}

/// Undoes the octal escapes of blank, tab, line feed and backslash in a table of mounts.
fn unescape(text: &str) -> String {
    ["\\040", "\\011", "\\012", "\\134"]
        .iter()
        .zip([" ", "\t", "\n", "\\"])
        .fold(text.to_owned(), |text, (escape, plain)| text.replace(escape, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems() {
        let mounts = "/dev/vda / ext4 rw 0 0\nproc /proc proc rw 0 0\nnas:/x /mnt/nas nfs4 rw 0 0\n\
                      a /mnt/with\\040blank fuse.sshfs rw 0 0\nd /mnt/nas/local xfs rw 0 0\n\
                      b /over nfs rw 0 0\nc /over ext4 rw 0 0\nbroken\n";
        let check = |path: &str, expected: Option<&str>| {
            assert_eq!(network_file_system(mounts, Path::new(path)).as_deref(), expected, "{path}");
        };
        check("/srv/data", None);
        check("/mnt/nas/data", Some("nfs4"));
        check("/mnt/nasty/data", None);
        check("/mnt/nas/local/data", None);
        check("/mnt/with blank/data", Some("fuse.sshfs"));
        check("/over/data", None);
    }

    #[test]
    fn latch_stays() {
        let latch = Latch::default();
        let here = Path::new("data");
        assert!(latch.guard(Ok::<_, ()>(1)).is_ok() && latch.check(here).is_ok());
        assert!(latch.guard(Err::<(), _>("no")).is_err());
        assert!(latch.guard(Ok::<_, ()>(1)).is_ok());
        assert!(latch.is_set());
        assert!(matches!(latch.clone().check(here), Err(Error::Latched { .. })));
    }

    #[test]
    fn drafts_leave_nothing_behind() {
        let room = tempfile::tempdir().unwrap();
        let latch = Latch::default();
        let path = room.path().join("a");
        let mut draft = Draft::create(path.clone(), &latch).unwrap();
        draft.write_all(b"half").unwrap();
        drop(draft);
        assert!(!path.exists());
        let mut draft = Draft::create(path.clone(), &latch).unwrap();
        draft.write_all(b"whole").unwrap();
        let written = draft.finish("record.synced").unwrap();
        assert_eq!((written.blake3.clone(), written.bytes), hash(&path).unwrap());
        assert_eq!(written.blake3, blake3::hash(b"whole").to_hex().to_string());
        drop(written);
        assert!(!path.exists());
        assert!(!latch.is_set());
        assert!(matches!(
            Draft::create(room.path().join("no/such"), &latch),
            Err(Error::File { action: "create", .. })
        ));
        assert!(latch.is_set());
    }
}
