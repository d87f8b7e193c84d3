Metadata-Version: 2.1
Name: tensorflow-model-optimization
Version: {version}
Summary: Magnitude pruning and weight compression for Keras, with exact sparsity.
License: Apache-2.0
Keywords: tensorflow,keras,pruning,sparsity,compression
Classifier: Development Status :: 4 - Beta
Classifier: Intended Audience :: Developers
Classifier: License :: OSI Approved :: Apache Software License
Classifier: Operating System :: POSIX :: Linux
Classifier: Programming Language :: Python :: 3
Classifier: Topic :: Scientific/Engineering :: Artificial Intelligence
Requires-Python: >=3.7
Requires-Dist: numpy
Provides-Extra: tensorboard
Requires-Dist: tensorboard ; extra == 'tensorboard'
Provides-Extra: compression
Requires-Dist: zstandard ; extra == 'compression'
Provides-Extra: examples
Requires-Dist: matplotlib ; extra == 'examples'
Requires-Dist: scikit-learn ; extra == 'examples'
Description-Content-Type: text/markdown

