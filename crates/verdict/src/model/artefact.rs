//! A model as one file, checked as if it came from an attacker.
//!
//! ```text
//! magic "BITRATER" · format u32 · evidence schema u32 · length of the body u64 · BLAKE3 of the body, 32 bytes · body
//! body: name · for both kinds of streams: 0, or 1 and a head
//! head: classes · features · base · trees a class · rate · temperature, honesty
//! ```
//! All numbers are little-endian; texts and lists begin with their length.

use bitrater_evidence::{Codec, SCHEMA_VERSION};

use super::{ClassName, Head, Model, Node, Tree};

const MAGIC: &[u8; 8] = b"BITRATER";

/// Raised with every change of the layout.
const FORMAT: u32 = 2;

const HEADER: usize = 56;

/// Largest file that is read, in bytes: fifty times what a model of many trees takes.
pub const LARGEST: usize = 64 << 20;

const MOST_CLASSES: usize = 64;
const MOST_FEATURES: usize = 1024;
const MOST_TREES: usize = 4096;
const MOST_NODES: usize = 4096;
const LONGEST_NAME: usize = 100;

/// Why a file is no model that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Not a model.
    #[error("is no model of bitrater; `bitrater train` makes one")]
    Foreign,
    /// Of another version.
    #[error("is a model in format {0}, and this program reads format {FORMAT}; train it again with this version")]
    Format(u32),
    /// Made for another catalogue of evidence.
    #[error(
        "was trained on evidence of schema {0}, and this program measures schema {SCHEMA_VERSION}; train it again \
         with this version"
    )]
    Schema(u32),
    /// Truncated, or too long.
    #[error("is cut off, or has something behind its end; copy it again")]
    Length,
    /// Damaged.
    #[error("is damaged: its checksum does not fit; copy it again")]
    Checksum,
    /// The checksum fits, but the content is not valid.
    #[error("is no sound model: {0}")]
    Unsound(&'static str),
    /// Larger than any model.
    #[error("is larger than any model")]
    TooLarge,
}

impl Model {
    /// Reads and checks a model.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        if bytes.len() > LARGEST {
            return Err(ModelError::TooLarge);
        }
        let (header, body) = bytes.split_at_checked(HEADER).ok_or(if bytes.starts_with(MAGIC) {
            ModelError::Length
        } else {
            ModelError::Foreign
        })?;
        let mut reader = Reader(header);
        if reader.take(MAGIC.len())? != MAGIC {
            return Err(ModelError::Foreign);
        }
        let (format, schema) = (reader.u32()?, reader.u32()?);
        if format != FORMAT {
            return Err(ModelError::Format(format));
        }
        if schema != SCHEMA_VERSION {
            return Err(ModelError::Schema(schema));
        }
        let length = u64::from_le_bytes(reader.array()?);
        if length != body.len() as u64 {
            return Err(ModelError::Length);
        }
        if reader.0 != blake3::hash(body).as_bytes() {
            return Err(ModelError::Checksum);
        }
        let mut reader = Reader(body);
        let model = reader.model()?;
        if reader.0.is_empty() { Ok(model) } else { Err(ModelError::Unsound("something stands behind its end")) }
    }

    /// Writes it.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let body = body(self);
        let mut bytes = MAGIC.to_vec();
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(SCHEMA_VERSION.to_le_bytes());
        bytes.extend((body.len() as u64).to_le_bytes());
        bytes.extend(blake3::hash(&body).as_bytes());
        bytes.extend(body);
        bytes
    }

    /// A number that identifies a model.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        blake3::hash(&body(self)).to_hex().to_string()
    }
}

/// The bytes that are not read yet.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], ModelError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(ModelError::Unsound("it ends in the middle"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        self.take(N)?.try_into().map_err(|_| ModelError::Unsound("it ends in the middle"))
    }

    fn u8(&mut self) -> Result<u8, ModelError> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    fn u16(&mut self) -> Result<u16, ModelError> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    fn u32(&mut self) -> Result<u32, ModelError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn finite(&mut self) -> Result<f32, ModelError> {
        let value = f32::from_le_bytes(self.array()?);
        if value.is_finite() { Ok(value) } else { Err(ModelError::Unsound("a number is none")) }
    }

    fn text(&mut self) -> Result<String, ModelError> {
        let length = usize::from(self.u16()?);
        let text = std::str::from_utf8(self.take(length)?).map_err(|_| ModelError::Unsound("a name is no text"))?;
        // Names reach terminals and reports.
        let clean = length <= LONGEST_NAME && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        if clean { Ok(text.to_owned()) } else { Err(ModelError::Unsound("a name is no name")) }
    }

    /// A list of at most `most` items. Memory grows with the bytes that are there, not with the length that is claimed.
    fn list<T>(
        &mut self,
        most: usize,
        item: impl Fn(&mut Self) -> Result<T, ModelError>,
    ) -> Result<Vec<T>, ModelError> {
        let length = usize::from(self.u16()?);
        if length > most {
            return Err(ModelError::Unsound("a list is too long"));
        }
        (0..length).map(|_| item(self)).collect()
    }

    fn model(&mut self) -> Result<Model, ModelError> {
        let name = self.text()?;
        let mut heads = [None, None];
        for head in &mut heads {
            *head = match self.u8()? {
                0 => None,
                1 => Some(self.head()?),
                _ => return Err(ModelError::Unsound("a head is neither there nor not")),
            };
        }
        Ok(Model { name, heads })
    }

    fn head(&mut self) -> Result<Head, ModelError> {
        let classes = self.list(MOST_CLASSES, Self::class)?;
        let features = self.list(MOST_FEATURES, Self::text)?;
        let base = self.list(MOST_CLASSES, Self::finite)?;
        let tree = |reader: &mut Self| reader.tree(features.len());
        let trees = self.list(MOST_CLASSES, |reader| reader.list(MOST_TREES, tree))?;
        let rate = (self.finite()?, self.list(MOST_TREES, tree)?);
        let (temperature, honesty) = (self.finite()?, self.finite()?);
        if classes.len() < 2 || classes.len() != base.len() || classes.len() != trees.len() {
            return Err(ModelError::Unsound("classes and trees do not fit together"));
        }
        let honest = classes.iter().filter(|class| **class == ClassName::Honest).count();
        if honest != 1 || classes[0] != ClassName::Honest {
            return Err(ModelError::Unsound("its first class is not honesty"));
        }
        if temperature < 0.01 {
            return Err(ModelError::Unsound("its calibration is out of range"));
        }
        Ok(Head { classes, features, base, trees, rate, temperature, honesty })
    }

    fn class(&mut self) -> Result<ClassName, ModelError> {
        let (tag, value) = (self.u8()?, self.u32()?);
        match tag {
            0 => Ok(ClassName::Honest),
            1 if (8..=1000).contains(&value) => Ok(ClassName::Mp3(value)),
            2 if value <= 9 => Ok(ClassName::Mp3V(value as u8)),
            3 => OTHERS
                .get(value as usize)
                .map(|&codec| ClassName::Other(codec))
                .ok_or(ModelError::Unsound("a codec is unknown")),
            _ => Err(ModelError::Unsound("a class is unknown")),
        }
    }

    fn tree(&mut self, features: usize) -> Result<Tree, ModelError> {
        let tree = Tree(self.list(MOST_NODES, Self::node)?);
        if tree.is_sound(features) { Ok(tree) } else { Err(ModelError::Unsound("a tree does not come to an end")) }
    }

    fn node(&mut self) -> Result<Node, ModelError> {
        match self.u8()? {
            0 => Ok(Node::Leaf(self.finite()?)),
            tag @ (1 | 2) => Ok(Node::Split {
                missing_left: tag == 2,
                feature: self.u16()?,
                threshold: self.finite()?,
                left: self.u16()?,
                right: self.u16()?,
            }),
            _ => Err(ModelError::Unsound("a node is unknown")),
        }
    }
}

/// Codecs by the number that stands for them; they are added to, never moved.
const OTHERS: [Codec; 8] =
    [Codec::Aac, Codec::Vorbis, Codec::Opus, Codec::Mp2, Codec::Wma, Codec::Musepack, Codec::Ac3, Codec::Unknown];

fn body(model: &Model) -> Vec<u8> {
    let mut bytes = Vec::new();
    text(&mut bytes, &model.name);
    for head in &model.heads {
        bytes.push(u8::from(head.is_some()));
        if let Some(head) = head {
            list(&mut bytes, &head.classes, |bytes, class| {
                let (tag, value) = match *class {
                    ClassName::Honest => (0, 0),
                    ClassName::Mp3(kbps) => (1, kbps),
                    ClassName::Mp3V(level) => (2, u32::from(level)),
                    ClassName::Other(codec) => {
                        (3, OTHERS.iter().position(|&other| other == codec).unwrap_or(OTHERS.len() - 1) as u32)
                    }
                };
                bytes.push(tag);
                bytes.extend(value.to_le_bytes());
            });
            list(&mut bytes, &head.features, |bytes, name| text(bytes, name));
            list(&mut bytes, &head.base, |bytes, base| bytes.extend(base.to_le_bytes()));
            list(&mut bytes, &head.trees, |bytes, trees| list(bytes, trees, tree));
            bytes.extend(head.rate.0.to_le_bytes());
            list(&mut bytes, &head.rate.1, tree);
            for number in [head.temperature, head.honesty] {
                bytes.extend(number.to_le_bytes());
            }
        }
    }
    bytes
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.as_bytes());
}

fn list<T>(bytes: &mut Vec<u8>, items: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    bytes.extend((items.len() as u16).to_le_bytes());
    for item in items {
        write(bytes, item);
    }
}

fn tree(bytes: &mut Vec<u8>, tree: &Tree) {
    list(bytes, &tree.0, |bytes, node| match *node {
        Node::Leaf(value) => {
            bytes.push(0);
            bytes.extend(value.to_le_bytes());
        }
        Node::Split { feature, threshold, missing_left, left, right } => {
            bytes.push(1 + u8::from(missing_left));
            bytes.extend(feature.to_le_bytes());
            bytes.extend(threshold.to_le_bytes());
            bytes.extend(left.to_le_bytes());
            bytes.extend(right.to_le_bytes());
        }
    });
}
